import { type JsonObject, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';

function check(template: Template): Finding[] {
  return template
    .ofType('AWS::Cognito::UserPool')
    .filter(({ properties }) => {
      const isReal = properties.DeletionProtection === 'ACTIVE';
      const isOpen = toObject(properties.AdminCreateUserConfig).AllowAdminCreateUserOnly !== true;
      return isReal && isOpen && toObject(properties.EmailConfiguration).EmailSendingAccount !== 'DEVELOPER';
    })
    .map(({ id }) => ({
      resource: id,
      problem:
        'customers sign up themselves, and Cognito sends 50 mails a day for the whole account: the 51st customer gets no code. Send through Amazon SES (EmailSendingAccount DEVELOPER)',
    }));
}

const example = (more: JsonObject): JsonObject => ({
  Resources: {
    Pool: {
      Type: 'AWS::Cognito::UserPool',
      DeletionPolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        DeletionProtection: 'ACTIVE',
        ...more,
      },
    },
  },
});

export const signUpMailsArrive: Rule = {
  name: 'sign-up-mails-arrive',
  what: 'A protected user pool that is open for sign-up sends its mails through Amazon SES.',
  why: "Cognito's own sender is for tests: 50 mails a day for an account, with no way to raise it.",
  source: [
    'https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html',
    'https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    {
      bad: example({}),
      good: example({
        EmailConfiguration: {
          EmailSendingAccount: 'DEVELOPER',
          From: 'shop@shop.test',
          SourceArn: 'arn:aws:ses:eu-central-1:123456789012:identity/shop.test',
        },
      }),
    },
  ],
};
