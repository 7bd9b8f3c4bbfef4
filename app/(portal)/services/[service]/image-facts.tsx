import { Age } from "@/app/_ui/time";
import type { ContainerFacts } from "@/lib/services/details-schema";

/** The tag has moved on to another image of this machine. */
export const Newer = ({ facts: { tagged, imageId } }: { facts: ContainerFacts }) =>
  tagged && tagged.id !== imageId ? (
    <span className="block text-sm">
      A newer one is here: <span className="font-mono">{tagged.id.replace(/^sha256:/, "").slice(0, 12)}</span>
      {tagged.createdAt ? (
        <>
          , built <Age at={tagged.createdAt} /> ago
        </>
      ) : null}
    </span>
  ) : null;

/** What the registry of its tag says, when that was, or plainly that it is not known. */
export function Registry({ facts: { registry, image } }: { facts: ContainerFacts }) {
  if (!registry) {
    const why = image.startsWith("taylordash/")
      ? "Built with this stack: no registry has it."
      : "Registry not asked yet.";
    return <span className="block text-sm text-muted">{why}</span>;
  }
  const { result, problem, checkedAt, newerTags } = registry;
  const words = {
    same: "The registry has no newer one",
    newer: "The registry has a newer one",
    unknown: `Could not be checked: ${problem}`,
  }[result];
  return (
    <span className="block text-sm text-muted">
      <span className={result === "newer" ? "font-semibold text-text" : ""}>{words}</span>; checked{" "}
      <Age at={checkedAt} /> ago.
      {result === "newer" ? (
        <span className="block">
          An admin’s “Recreate with newer image” pulls it; on the host,{" "}
          <code className="font-mono">docker pull {image}</code> does.
        </span>
      ) : null}
      {newerTags.length > 0 ? (
        <span className="block">
          Newer versions: <span className="font-mono">{newerTags.join(", ")}</span>
        </span>
      ) : null}
    </span>
  );
}
