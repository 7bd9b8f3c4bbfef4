const box =
  "inline-flex h-9 items-center rounded-md border border-border bg-surface hover:border-border-strong hover:bg-hover aria-expanded:border-border-strong aria-pressed:bg-hover aria-pressed:border-border-strong [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:stroke-[1.75]";
export const control = `${box} gap-2 px-3`;
export const iconControl = `${box} w-9 justify-center`;
