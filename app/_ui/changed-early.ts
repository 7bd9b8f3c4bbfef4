import { type RefObject, useLayoutEffect, useRef } from "react";

export type Field = HTMLInputElement | HTMLSelectElement;

function isChanged(field: Field): boolean {
  if (field instanceof HTMLInputElement)
    return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  // As the server wrote it: the first option, if it marked none.
  const options = [...field.options];
  return (
    field.selectedIndex !==
    Math.max(
      0,
      options.findIndex((option) => option.defaultSelected),
    )
  );
}

/**
 * Calls `take` once for each field in the box that was changed before the page's script had come: React leaves such a field
 * as it is, tells nobody, and takes the change back with the next update.
 */
export function useChangedEarly(box: RefObject<HTMLElement | null>, take: (field: Field) => void) {
  const first = useRef(take);
  useLayoutEffect(() => {
    const fields = box.current?.querySelectorAll<Field>("input, select") ?? [];
    for (const field of fields) if (isChanged(field)) first.current(field);
  }, [box]);
}
