"use client";
import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { useRead } from "../[service]/use-read";

type Container = { name: string; image: string; state: string; status: string; project: string | null };

/** Running ones come first; thousands of ended ones would only be in the way. */
const most = 200;

/** Asked for at every opening; nothing of it is counted or can be acted on. */
export function ForeignContainers() {
  const [openings, setOpenings] = useState(0);
  const box = useRef<HTMLDetailsElement>(null);
  // Opened before the page's script had come: nobody was told.
  useLayoutEffect(() => {
    if (box.current?.open) setOpenings(1);
  }, []);
  return (
    <details
      ref={box}
      className="group rounded-lg"
      onToggle={(event) => event.currentTarget.open && setOpenings((before) => before + 1)}
    >
      <summary className="w-fit text-muted hover:text-text">Other containers on this machine</summary>
      {openings > 0 ? <List turn={openings} again={() => setOpenings((before) => before + 1)} /> : null}
    </details>
  );
}

/** The engine names an image by its id once its tag has moved on. */
const shortId = (image: string) => image.replace(/^(sha256:[a-f0-9]{12})[a-f0-9]{52}$/, "$1");

function List({ turn, again }: { turn: number; again: () => void }) {
  const { data, failed } = useRead<{ containers: Container[] }>("/foreign-containers", turn, null);
  if (failed) {
    return (
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <p role="alert">They cannot be listed: {failed}</p>
        <Button onClick={again}>Try again</Button>
      </div>
    );
  }
  if (!data) return <p className="mt-3 text-muted">Asking the engine</p>;
  if (data.containers.length === 0) {
    return (
      <p className="mt-3 text-muted">This machine runs no other container: everything on it is part of this stack.</p>
    );
  }
  const rest = data.containers.length - most;
  return (
    <>
      <p className="mt-2 mb-3 text-muted">
        They belong to other projects, so they are shown and never touched from here. As of this moment.
      </p>
      <div className="flex flex-col gap-5">
        {[...Map.groupBy(data.containers.slice(0, most), ({ project }) => project)].map(([project, containers]) => (
          <Group key={project ?? ""} project={project} containers={containers} />
        ))}
        {rest > 0 ? <p className="text-muted">and {rest} more</p> : null}
      </div>
    </>
  );
}

function Group({ project, containers }: { project: string | null; containers: readonly Container[] }) {
  const title = project ? `Project ${project}` : "No project";
  return (
    <section>
      <h2 className="mb-2 text-base [overflow-wrap:anywhere]">
        {title} <span className="font-normal text-muted">{containers.length}</span>
      </h2>
      <ul
        aria-label={`Other containers, ${title}`}
        className="-mx-4 border-y border-border bg-surface sm:mx-0 sm:rounded-lg sm:border"
      >
        {containers.map(({ name, image, state, status }) => (
          <li
            key={name}
            className="grid gap-x-4 border-t border-border px-4 py-2 first:border-t-0 sm:px-3 md:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_14rem]"
          >
            <span className="truncate font-semibold">{name}</span>
            <span className="truncate font-mono text-sm text-muted">{shortId(image)}</span>
            <span className={`md:text-right ${state === "running" ? "text-muted" : ""}`}>{status || state}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
