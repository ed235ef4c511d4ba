/** What listens at a probed target, as far as its answers say. */
export type VerdictKind =
  | 'plain'
  | 'proxy-required'
  | 'proxy-optional'
  | 'haproxy-frontend'
  | 'accept-proxy'
  | 'no-backend'
  | 'tls'
  | 'mtls'
  | 'ws'
  | 'wss'
  | 'proxy-tls'
  | 'proxy-ws'
  | 'not-mqtt'
  | 'silent'
  | 'closed'
  | 'filtered'
  | 'unreachable'
  | 'unknown'

/** What of a verdict tells whether it fits. */
interface Judged {
  readonly kind: VerdictKind
  readonly proxy: { readonly required: boolean; readonly versions: readonly (1 | 2)[] }
  readonly relay?: boolean | undefined
}

interface Meaning {
  /** Nothing is known of the target: not reached, no answer, or none that tells. */
  readonly unknown?: true
  /** Verdicts of other kinds that this one says too, where it is expected. */
  readonly alsoFits?: (verdict: Judged) => boolean
}

const none: Meaning = {}
const layered: readonly VerdictKind[] = ['ws', 'wss', 'tls', 'mtls']

const meanings: Readonly<Record<VerdictKind, Meaning>> = {
  plain: none,
  'proxy-required': { alsoFits: ({ kind }) => ['accept-proxy', 'proxy-tls', 'proxy-ws'].includes(kind) },
  'proxy-optional': {
    alsoFits: ({ kind, proxy }) => !proxy.required && proxy.versions.length > 0 && layered.includes(kind),
  },
  // A TLS frontend behind which a relay was seen.
  'haproxy-frontend': { alsoFits: ({ kind, relay }) => relay === true && ['tls', 'mtls'].includes(kind) },
  'accept-proxy': none,
  'no-backend': none,
  tls: none,
  mtls: none,
  ws: none,
  wss: none,
  'proxy-tls': none,
  'proxy-ws': none,
  'not-mqtt': none,
  silent: { unknown: true },
  closed: { unknown: true },
  filtered: { unknown: true },
  unreachable: { unknown: true },
  unknown: { unknown: true },
}

export const verdictKinds = Object.keys(meanings).filter(isVerdictKind)

function isVerdictKind(word: string): word is VerdictKind {
  return Object.hasOwn(meanings, word)
}

/** Whether nothing is known of the target. */
export function tellsNothing(kind: VerdictKind): boolean {
  return meanings[kind].unknown === true
}

/** Whether a verdict is what was expected. */
export function fits(verdict: Judged, expect: VerdictKind): boolean {
  return verdict.kind === expect || meanings[expect].alsoFits?.(verdict) === true
}
