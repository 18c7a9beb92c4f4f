import {
  ActionGroup,
  Alert,
  Button,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  TextInput,
  Title,
} from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type SyntheticEvent } from "react";

import { ApiError } from "../../lib/http";
import { text } from "../../lib/text";
import { sessionQueries, signIn } from "./api";

export function LoginPage(): ReactElement {
  const [code, setCode] = useState("");
  const client = useQueryClient();
  const login = useMutation({
    mutationFn: signIn,
    onSuccess: () => client.resetQueries({ queryKey: sessionQueries.current().queryKey }),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    login.mutate(code);
  };
  return (
    <main className="slipway-login">
      <Form onSubmit={submit}>
        <Title headingLevel="h1">{text.loginTitle}</Title>
        {login.isError && (
          <Alert variant="danger" isInline title={login.error.message}>
            {login.error instanceof ApiError ? login.error.hint : ""}
          </Alert>
        )}
        <FormGroup label={text.loginCode} fieldId="code" isRequired>
          <TextInput
            id="code"
            className="slipway-code"
            value={code}
            onChange={(_event, value) => {
              setCode(value);
            }}
            autoComplete="one-time-code"
            spellCheck={false}
            isRequired
            aria-describedby="code-help"
          />
          <FormHelperText>
            <HelperText>
              <HelperTextItem id="code-help">{text.loginHelp}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        </FormGroup>
        <ActionGroup>
          <Button type="submit" isLoading={login.isPending} isDisabled={login.isPending || code.trim() === ""}>
            {text.signIn}
          </Button>
        </ActionGroup>
      </Form>
    </main>
  );
}
