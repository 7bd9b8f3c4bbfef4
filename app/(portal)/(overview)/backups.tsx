/** There is nothing to list before the portal can make backups, and that itself is worth knowing. */
export const LastBackups = () => (
  <section aria-label="Last backups" className="flex min-w-0 flex-col gap-3">
    <h2 className="text-lg">Last backups</h2>
    <p className="text-muted">
      <span className="text-text">No backups yet.</span> This version makes none: what the services hold is on this
      machine only.
    </p>
  </section>
);
