import type { Listener } from '../brokers/listener.js'
import type { Span } from '../config/span.js'
import type { LintSeverity, TextEdit } from '../kernel/result.js'
import type { Ground } from './ground.js'
import type { ConnectionPath } from './model.js'

/** What is wrong between what a connection carries and what the next one demands: one id a kind. */
export type MismatchKind =
  | 'header-not-sent'
  | 'header-not-read'
  | 'header-version'
  | 'header-twice'
  | 'hop-wants-header'
  | 'header-before-tls'
  | 'header-too-large'
  | 'header-without-address'
  | 'tls-facts-not-sent'
  | 'cn-not-sent'
  | 'chain-loses-tls-facts'
  | 'cn-never-taken'
  | 'certificate-not-asked'
  | 'certificate-optional'
  | 'plain-to-tls'
  | 'tls-to-plain'
  | 'require-tls-bypass'
  | 'unverified-cn'
  | 'listener-cannot-be'
  | 'nowhere'
  | 'no-route'
  | 'servers-disabled'
  | 'loop'
  | 'mode-http'
  | 'port-clash'
  | 'exposed-listener'
  | 'cn-is-no-login'
  | 'no-login'
  | 'v1-ignores-tls'
  | 'identity-ignored'
  | 'own-identity-not-asked'
  | 'require-tls-ignored'
  | 'hello-after-tls'
  | 'bytes-not-awaited'
  | 'too-few-ports'
  | 'too-few-descriptors'
  | 'check-sends-local'
  | 'check-without-header'
  | 'check-never-up'
  | 'check-proves-nothing'

/** Who is affected, in words that follow "harms". */
export type Suffers =
  | 'every client'
  | 'every client of this bind'
  | 'clients without TLS'
  | 'clients without a certificate'
  | 'clients with long values'
  | 'nobody is refused: anyone can forge'
  | 'nobody yet: a broken broker stays UP'

/** What to change so that a mismatch is gone. */
export interface Remedy {
  readonly text: string
  /** Offered only where the edited files are judged sound again by this same model. */
  readonly edits?: readonly TextEdit[]
  /** The edits let somebody in who is refused now: only for who asks for them by the rule's code. */
  readonly opensAccess?: true
}

/** One mismatch as a judge finds it. */
export interface FoundMismatch {
  /** The responsible directive. */
  readonly at: Span
  readonly suffers: Suffers
  readonly message: string
  readonly severity?: LintSeverity
  readonly related?: readonly { readonly span: Span; readonly message: string }[]
  readonly remedy?: Remedy
  /** The way on which it happens; absent where it is about a listener or a frontend alone. */
  readonly path?: ConnectionPath
  /** Where it is one thing on several ways. */
  readonly paths?: readonly ConnectionPath[]
  readonly listener?: Listener
}

/** Something that does not fit on the way of a connection, with the evidence for it. */
export interface Mismatch extends FoundMismatch {
  readonly kind: MismatchKind
  /** What the real programs did. */
  readonly evidence: string
  /** Whether the way cannot work at all, whatever else is changed on it: nothing else is advised there. */
  readonly unusable: boolean
}

/** One kind of mismatch: how it is known, and what finds it. */
export interface Judge {
  readonly evidence: string
  readonly unusable?: true
  readonly find: (ground: Ground) => Iterable<FoundMismatch>
}
