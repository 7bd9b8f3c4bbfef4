"use client";

type Props<Id extends string> = {
  label: string;
  tabs: readonly { id: Id; label: string }[];
  chosen: Id;
  choose: (id: Id) => void;
};

/** One of a few: buttons that say which is pressed. */
export const Tabs = <Id extends string>({ label, tabs, chosen, choose }: Props<Id>) => (
  <fieldset aria-label={label} className="flex rounded-md border border-border bg-sunken p-0.5">
    {tabs.map((tab) => (
      <button
        key={tab.id}
        type="button"
        aria-pressed={tab.id === chosen}
        onClick={() => choose(tab.id)}
        className="min-h-8 rounded-sm px-2.5 text-sm text-muted hover:text-text aria-pressed:bg-surface aria-pressed:font-semibold aria-pressed:text-text aria-pressed:shadow-[0_0_0_1px_var(--color-border)]"
      >
        {tab.label}
      </button>
    ))}
  </fieldset>
);
