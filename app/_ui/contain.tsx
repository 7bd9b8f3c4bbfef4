"use client";
import { Component, type ReactNode } from "react";

type Props = { children: ReactNode; fallback: ReactNode };

/** A part that comes later and does not come, on a bad link or from an older portal, takes nothing else with it. */
export class Contain extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}

const load = () => window.location.reload();

export const NotLoaded = ({ children }: { children: ReactNode }) => (
  <p role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4.5 py-4">
    <span>{children}</span>
    <button type="button" onClick={load} className="min-h-9 font-semibold underline underline-offset-4">
      Load the page again
    </button>
  </p>
);
