import type { MismatchKind } from '../path/mismatch.js'
import type { Model } from './model.js'
import type { RuleCode } from './rule.js'
import type { RuleFinding } from './rule-finding.js'

/** Which rule says a kind of mismatch. */
const ruleOf: Readonly<Record<MismatchKind, RuleCode>> = {
  'header-not-sent': 'MP402',
  'header-not-read': 'MP402',
  'header-version': 'MP403',
  'header-twice': 'MP412',
  'hop-wants-header': 'MP412',
  'header-before-tls': 'MP412',
  'header-too-large': 'MP413',
  'header-without-address': 'MP408',
  'tls-facts-not-sent': 'MP404',
  'cn-not-sent': 'MP405',
  'chain-loses-tls-facts': 'MP420',
  'cn-never-taken': 'MP421',
  'certificate-not-asked': 'MP417',
  'certificate-optional': 'MP418',
  'plain-to-tls': 'MP419',
  'tls-to-plain': 'MP419',
  'require-tls-bypass': 'MP409',
  'unverified-cn': 'MP410',
  'listener-cannot-be': 'MP202',
  nowhere: 'MP401',
  'no-route': 'MP101',
  'servers-disabled': 'MP114',
  loop: 'MP113',
  'mode-http': 'MP105',
  'port-clash': 'MP411',
  'exposed-listener': 'MP407',
  'cn-is-no-login': 'MP204',
  'no-login': 'MP209',
  'v1-ignores-tls': 'MP203',
  'identity-ignored': 'MP205',
  'own-identity-not-asked': 'MP205',
  'require-tls-ignored': 'MP206',
  'hello-after-tls': 'MP116',
  'bytes-not-awaited': 'MP115',
  'too-few-ports': 'MP119',
  'too-few-descriptors': 'MP120',
  'check-sends-local': 'MP406',
  'check-without-header': 'MP415',
  'check-never-up': 'MP430',
  'check-proves-nothing': 'MP431',
}

/** The mismatches that a rule is about. */
export function* mismatchesFor(code: RuleCode, { mismatches }: Model): Generator<RuleFinding, void, void> {
  for (const { kind, at, message, severity, related, remedy } of mismatches) {
    if (ruleOf[kind] !== code) continue
    yield {
      at,
      message,
      ...(severity !== undefined && { severity }),
      ...(related !== undefined && { related }),
      ...(remedy !== undefined && { fix: remedy }),
    }
  }
}
