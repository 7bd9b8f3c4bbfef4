import dynamic from "next/dynamic";
import type { ComponentType } from "react";
import { Contain, NotLoaded } from "./contain";

/**
 * A part that comes with its first use, not with the page. Where it cannot come, on a bad link or from a portal that was
 * replaced, words say so and the page stays. `ahead` asks for it before it is needed.
 */
export function late<P extends object>(load: () => Promise<ComponentType<P>>) {
  const Part = dynamic(load, { ssr: false }) as ComponentType<P>;
  const Late = (props: P) => (
    <Contain
      fallback={
        <div className="fixed inset-x-3 bottom-20 z-40 rounded-lg border border-border bg-raised text-left shadow-float md:right-6 md:bottom-6 md:left-auto">
          <NotLoaded>What you asked for could not be loaded.</NotLoaded>
        </div>
      }
    >
      <Part {...props} />
    </Contain>
  );
  return Object.assign(Late, { ahead: () => void load().catch(() => undefined) });
}
