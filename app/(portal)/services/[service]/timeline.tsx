"use client";
import { useEffect, useState } from "react";
import { formatDuration } from "@/app/_ui/duration";
import { formatAvailability } from "@/app/_ui/numbers";
import { Section } from "@/app/_ui/section";
import { Tabs } from "@/app/_ui/tabs";
import type { History, HistoryRange } from "@/lib/services/history-schema";
import type { RenderedBoard } from "../../_live/board";
import { useBoard } from "../../_live/use-live";
import { Changes } from "./changes";
import { recordWords } from "./history-words";
import { Strip } from "./strip";
import { useRead } from "./use-read";

const ranges = [
  { id: "24h", label: "24 hours" },
  { id: "30d", label: "30 days" },
] as const;

// The worker writes a change a moment after the engine tells of it; a verdict of the probe comes a little later.
const recordedMs = [800, 4_000];
const everyMs = 60_000;

type Props = { service: string; initial: History | null; board: RenderedBoard };

export function Timeline({ service, initial, board }: Props) {
  const [range, setRange] = useState<HistoryRange>("24h");
  const [turn, setTurn] = useState(0);
  const path = `/services/${encodeURIComponent(service)}/history?range=${range}`;
  const { data, failed } = useRead<History>(path, turn, range === "24h" ? initial : null);
  const live = useBoard(board);
  const state = live.rows
    .filter((row) => row.service === service)
    .map(({ id, state, health, startedAt }) => `${id} ${state} ${health} ${startedAt}`)
    .join();
  // A new state is the reason to ask again.
  useEffect(() => {
    const again = () => setTurn((before) => before + 1);
    const timers = recordedMs.map((delay) => setTimeout(again, delay));
    const often = setInterval(again, everyMs);
    return () => {
      timers.forEach(clearTimeout);
      clearInterval(often);
    };
  }, [state]);
  return (
    <Section
      title="History"
      aside={<Tabs label="Range of the history" tabs={ranges} chosen={range} choose={setRange} />}
    >
      {data ? (
        <>
          <Availability history={data} />
          <Strip history={data} />
          <Changes history={data} />
        </>
      ) : (
        <p className="flex min-h-64 items-center text-muted">
          {failed ? `The history is not to be had: ${failed}` : "Reading the history"}
        </p>
      )}
    </Section>
  );
}

function Availability({ history }: { history: History }) {
  const { percent } = history.availability;
  return (
    <p className="flex flex-wrap items-baseline gap-x-3">
      <span className="text-2xl tracking-[-0.02em]">{percent === null ? "–" : formatAvailability(percent)}</span>
      <span className="text-muted">{recordWords(history, formatDuration)}</span>
    </p>
  );
}
