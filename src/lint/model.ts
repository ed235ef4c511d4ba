import type { BrokerFile } from '../brokers/broker.js'
import type { HaproxyView } from '../config/haproxy/view.js'
import type { ConfigProblem } from '../config/span.js'
import type { Unread } from '../config/unread.js'
import { type PathModel, readPaths } from '../path/index.js'
import type { CertificatePath, PemText } from './certificates.js'
import type { RuleFinding } from './rule-finding.js'

/** What a run of lint knows, all of it read before. */
export interface LintInput {
  /** One view a HAProxy process. */
  readonly haproxies: readonly HaproxyView[]
  readonly brokers: readonly BrokerFile[]
  /** By the path as the configuration resolves it (`certificatePaths`). */
  readonly certificates?: ReadonlyMap<string, CertificatePath>
  /** Certificates of clients, from a folder of the user's. */
  readonly clientCertificates?: readonly PemText[]
  /** `2.0.18`, where the user says which Mosquitto it is for. */
  readonly mosquittoVersion?: string
  /** What the parsers could not take. */
  readonly problems: readonly ConfigProblem[]
  /** What belongs to the files and was not read. */
  readonly notRead?: readonly Unread[]
  /** Seconds; of the clients that matter. */
  readonly keepalive: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The pair with the paths through it. */
export interface Model extends LintInput, Omit<PathModel, 'haproxies' | 'brokers'> {
  /** Comments that ignore findings and are wrong themselves; known only after all other rules ran. */
  readonly pragmaFindings: readonly RuleFinding[]
}

export function buildModel(input: LintInput): Model {
  const { haproxies, brokers } = input
  return { ...input, ...readPaths({ haproxies, brokers }), pragmaFindings: [] }
}
