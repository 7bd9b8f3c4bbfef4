"use client";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { box } from "../_identity/parts";

const restMs = 300;

/** Acts while one types, and leaves the typing alone; what the address says otherwise it takes over when nobody types. */
export function TargetFilter({ value, choose }: { value: string; choose: (text: string) => void }) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const fresh = useRef(true);
  useLayoutEffect(() => {
    // What was typed before the page's script had come stays; the filters act on it.
    if (fresh.current) setText((before) => input.current?.value ?? before);
    else if (document.activeElement !== input.current) setText(value);
    fresh.current = false;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const act = (words: string, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => choose(words), afterMs);
  };
  return (
    <input
      ref={input}
      type="text"
      name="target"
      aria-label="On what"
      placeholder="On what"
      autoComplete="off"
      maxLength={500}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        act(event.currentTarget.value, restMs);
      }}
      onKeyDown={(event) => event.key === "Enter" && act(text, 0)}
      className={`${box} md:w-36`}
    />
  );
}
