import type { ReactNode } from "react";
import { Wordmark } from "./wordmark";

/** A page of its own outside the signed-in frame: the wordmark, one thing to say, one thing to do. */
export const Screen = ({ children }: { children: ReactNode }) => (
  <main className="mx-auto flex min-h-dvh w-full max-w-[26rem] flex-col justify-center gap-10 px-6 py-12">
    <Wordmark />
    <div className="flex flex-col gap-5 border-t border-border pt-8">{children}</div>
  </main>
);

/** The words of an empty, missing or broken place. */
export const Message = ({ title, children }: { title: string; children: ReactNode }) => (
  <>
    <h1 className="text-2xl tracking-[-0.015em]">{title}</h1>
    <div className="flex flex-col gap-3 text-lg text-muted">{children}</div>
  </>
);
