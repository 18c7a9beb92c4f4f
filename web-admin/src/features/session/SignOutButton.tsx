import { Button } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { text } from "../../lib/text";
import { signOut } from "./api";

export function SignOutButton({ user }: { user: string }): ReactElement {
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    // What the last person saw must not be there for the next one.
    onSettled: () => {
      client.clear();
      window.location.reload();
    },
  });
  return (
    <Button
      variant="secondary"
      title={text.signedInAs(user)}
      onClick={() => {
        leave.mutate();
      }}
      isDisabled={leave.isPending}
    >
      {text.signOut}
    </Button>
  );
}
