"use client";
import { Menu, Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Contain, NotLoaded } from "@/app/_ui/contain";
import type { Destination } from "./navigation";

// The list and its matching come with the first opening, not with every page.
const load = () => import("./palette");
// What does not come now is asked for again when it is needed, and told of then.
const ahead = () => void load().catch(() => undefined);
const Palette = dynamic(load, { ssr: false });

const opening = new EventTarget();
const open = () => opening.dispatchEvent(new Event("open"));
// A phone opens the list as a menu by touch: its keyboard must not cover what it opened.
const byTouch = () => window.matchMedia("(pointer: coarse)").matches;

export const MenuButton = ({ className }: { className: string }) => (
  <button type="button" onClick={open} className={className} aria-haspopup="dialog">
    <Menu />
    Menu
  </button>
);

const never = () => () => undefined;
const useShortcut = () =>
  useSyncExternalStore(
    never,
    () => (/mac|iphone|ipad/i.test(navigator.platform) ? "⌘ K" : "Ctrl K"),
    () => "Ctrl K",
  );

/** The dialog itself, Ctrl or Cmd and K, and the button beside the page. */
export function PaletteHost({ destinations, person }: { destinations: Destination[]; person: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState<"closed" | "menu" | "typing">("closed");
  useEffect(() => {
    const show = (as: "menu" | "typing") => {
      setShown(as);
      if (!dialog.current?.open) dialog.current?.showModal();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Control" || event.key === "Meta") ahead();
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      if (dialog.current?.open) dialog.current.close();
      else show("typing");
    };
    const onOpen = () => show(byTouch() ? "menu" : "typing");
    opening.addEventListener("open", onOpen);
    document.addEventListener("keydown", onKey);
    return () => {
      opening.removeEventListener("open", onOpen);
      document.removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <>
      <button
        type="button"
        onClick={open}
        onPointerEnter={ahead}
        aria-haspopup="dialog"
        className="mx-3 mb-4 hidden h-9 items-center gap-2.5 rounded-md border border-border bg-surface px-2.5 text-muted hover:border-border-strong hover:text-text md:flex"
      >
        <Search className="size-4 stroke-[1.75]" />
        Go to
        <kbd className="ml-auto font-mono text-xs">{useShortcut()}</kbd>
      </button>
      {/* A click on the backdrop is a click on the dialog itself, which its content covers entirely. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself. */}
      <dialog
        ref={dialog}
        aria-label="Go to"
        onClose={() => setShown("closed")}
        onClick={(event) => event.target === dialog.current && dialog.current.close()}
        className="m-0 mt-auto w-full max-w-none rounded-t-lg border border-border bg-raised text-text shadow-float outline-none md:mx-auto md:mt-[14vh] md:max-w-xl md:rounded-lg"
      >
        {shown === "closed" ? null : (
          <Contain fallback={<NotLoaded>The list could not be loaded.</NotLoaded>}>
            <Palette
              destinations={destinations}
              person={person}
              typing={shown === "typing"}
              close={() => dialog.current?.close()}
            />
          </Contain>
        )}
      </dialog>
    </>
  );
}
