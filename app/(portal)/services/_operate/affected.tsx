import type { ServiceFacts } from "@/lib/services/details-schema";
import { awayWords, dataWords, type Ending } from "./loss";

const unknown = "What it holds and who uses it could not be found out.";

/** What is lost and who notices, of the service that is about to change. */
export function Affected({ ending, facts }: { ending: Ending; facts: ServiceFacts | null }) {
  if (!facts) return <p>{unknown}</p>;
  const [away, users] = [awayWords(facts), facts.usedBy.map(({ title }) => title).join(", ")];
  return (
    <>
      {away ? <p className="text-text">{away}</p> : null}
      <p>{dataWords(ending, facts)}</p>
      {users ? (
        <p>
          It is used by <strong className="font-semibold text-text">{users}</strong>.
        </p>
      ) : null}
    </>
  );
}
