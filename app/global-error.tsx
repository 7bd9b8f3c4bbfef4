"use client";

/** The last resort when even the root layout broke: no style sheet, no script to rely on. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en" style={{ colorScheme: "light dark" }}>
      <body
        style={{ font: "1rem/1.5 system-ui, sans-serif", maxWidth: "26rem", margin: "20vh auto", padding: "0 1.5rem" }}
      >
        <h1 style={{ fontSize: "1.5rem" }}>Something failed</h1>
        <p>This page could not be put together. Nothing was changed by that.</p>
        {error.digest ? (
          <p>
            The portal's log names the cause under <code>{error.digest}</code>.
          </p>
        ) : null}
        <p>
          <a href="/" style={{ color: "inherit" }}>
            Open the overview
          </a>
        </p>
      </body>
    </html>
  );
}
