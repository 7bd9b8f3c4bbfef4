/** Who notices: the services that are tied to what is about to change. */
export const UsedBy = ({ titles }: { titles: readonly string[] }) =>
  titles.length === 0 ? null : (
    <p>
      It is used by <strong className="font-semibold text-text">{titles.join(", ")}</strong>.
    </p>
  );
