import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  Page,
  PageSection,
  SkipToContent,
  Title,
} from "@patternfly/react-core";
import type { ReactElement, ReactNode } from "react";

import { text } from "../lib/text";

export function Shell({ tools, children }: { tools: ReactNode; children: ReactNode }): ReactElement {
  return (
    <Page
      mainContainerId="content"
      skipToContent={<SkipToContent href="#content">{text.skipToContent}</SkipToContent>}
      masthead={
        <Masthead>
          <MastheadMain>
            <MastheadBrand>
              <Title headingLevel="h1" size="xl">
                {text.product}
              </Title>
            </MastheadBrand>
          </MastheadMain>
          <MastheadContent className="slipway-tools">{tools}</MastheadContent>
        </Masthead>
      }
    >
      <PageSection>{children}</PageSection>
    </Page>
  );
}
