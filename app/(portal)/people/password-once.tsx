import { Button } from "@/app/_ui/button";
import { DialogFooter } from "@/app/_ui/dialog";
import { closeOwn } from "../_identity/confirm-dialog";
import { Secret } from "../_identity/secret";

export const PasswordOnce = ({ name, password }: { name: string; password: string }) => (
  <>
    <Secret label={`One-time password of ${name}`} value={password} />
    <p className="text-muted">
      It is shown this once and kept nowhere. Give it to {name} in a way that nobody else reads; it is changed at the
      next sign-in.
    </p>
    <DialogFooter>
      <Button kind="primary" onClick={closeOwn}>
        Done
      </Button>
    </DialogFooter>
  </>
);
