import { type PersonInfo, personRoles } from "@/lib/people/schema";

type Role = PersonInfo["role"];

const words: Record<(typeof personRoles)[number], string> = {
  viewer: "sees everything, changes nothing",
  operator: "starts, restarts and scales services",
  admin: "stops and recreates services, manages people, ends sessions",
};

type Props = { chosen: Role; choose: (role: Role) => void };

export const RoleChoice = ({ chosen, choose }: Props) => (
  <fieldset className="flex flex-col gap-1">
    <legend className="pb-1 font-semibold">Role</legend>
    {[...personRoles, null].map((role) => (
      <label key={role ?? "none"} className="flex min-h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover">
        <input
          type="radio"
          name="role"
          checked={role === chosen}
          onChange={() => choose(role)}
          className="size-4 shrink-0 accent-accent"
        />
        <span className="min-w-0">
          <span className="font-semibold">{role ?? "No role"}</span>{" "}
          <span className="text-muted">{role ? words[role] : "signs in, and sees nothing"}</span>
        </span>
      </label>
    ))}
  </fieldset>
);
