// Whether a newer image of the same tag is to be had. Types only: browsers load this file.

/** What the tag's registry said when the worker last asked; `problem` in place of an answer. */
export type RegistryCheck = {
  /** ISO 8601, UTC. */
  checkedAt: string;
  /** same: of this machine's image; newer: another one than any of this machine's; unknown: it could not be told, see `problem`. */
  result: "same" | "newer" | "unknown";
  problem: string | null;
  /** Tags of the same form and a higher version, newest first: shown, never taken by themselves. */
  newerTags: string[];
};

/** One image reference that services of this project run. */
export type ImageUpdate = {
  reference: string;
  services: string[];
  /** When the image that runs was built, ISO 8601, UTC; null when the engine does not know. */
  builtAt: string | null;
  /** The tag points to another image of this machine by now than one of its containers runs. */
  here: boolean;
  /** Null while the registry was never asked. */
  registry: RegistryCheck | null;
};

/** The answer of `GET /api/v1/updates`. */
export type Updates = { images: ImageUpdate[] };
