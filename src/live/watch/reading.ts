/** What one round found of a target. */
export interface WatchReading {
  /** `127.0.0.1:1883`. */
  readonly target: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** `plain`, `haproxy-frontend`, `mtls`, `unreachable`, ... as `probe` has it. */
  readonly verdict: string
  readonly text: string
  /** Whether an MQTT broker answers through it. */
  readonly up: boolean
  /** Milliseconds to CONNACK; `undefined`: no CONNACK. */
  readonly connectMs: number | undefined
  /** The broker's own listener behind it, where one was given. */
  readonly behind: BehindReading | undefined
  /** Whether either side trusts our PROXY header. */
  readonly spoofable: boolean
  /** Whole days to the end of the server's certificate; negative: it has ended. `undefined`: no TLS. */
  readonly certificateDays: number | undefined
  /** Whether the broker saw our own address through the target; `undefined`: no log of the broker was given, or nobody got in. */
  readonly addressRight: boolean | undefined
}

interface BehindReading {
  readonly target: string
  readonly verdict: string
  readonly connectMs: number | undefined
  readonly spoofable: boolean
  /** Whether frontend and broker fit, and in which words. */
  readonly fits: boolean
  readonly text: string
}

/** Something that is otherwise than in the round before. */
export interface Change {
  readonly target: string
  readonly what: 'verdict' | 'answer' | 'broker' | 'fit' | 'spoofable' | 'address' | 'certificate'
  readonly from: string
  readonly to: string
  readonly worse: boolean
}

/** Days before the end of a certificate at which a change is told, once each. */
const certificateSteps = [30, 14, 7, 3, 1, 0]

/** What became different between two readings of one target. Connect times change all the time and are no change. */
export function changesOf(before: WatchReading, now: WatchReading): readonly Change[] {
  const { target } = now
  const all: (Change | undefined)[] = [
    before.verdict === now.verdict
      ? undefined
      : { target, what: 'verdict', from: before.verdict, to: now.verdict, worse: before.up && !now.up },
    flag('answer', before.up, now.up, ['no MQTT answer', 'answers MQTT'], target, true),
    before.behind?.verdict === now.behind?.verdict
      ? undefined
      : {
          target,
          what: 'broker',
          from: before.behind?.verdict ?? 'unknown',
          to: now.behind?.verdict ?? 'unknown',
          worse: before.behind?.connectMs !== undefined && now.behind?.connectMs === undefined,
        },
    flag('fit', before.behind?.fits, now.behind?.fits, ['frontend and broker do not fit', 'they fit'], target, true),
    flag('spoofable', before.spoofable, now.spoofable, ['no header is trusted', 'a header is trusted'], target, false),
    flag('address', before.addressRight, now.addressRight, ['another address', "the client's own"], target, true),
    certificate(before, now),
  ]
  return all.filter((one) => one !== undefined)
}

function flag(
  what: Change['what'],
  before: boolean | undefined,
  now: boolean | undefined,
  [no, yes]: readonly [string, string],
  target: string,
  good: boolean,
): Change | undefined {
  if (before === now || before === undefined || now === undefined) return undefined
  const say = (value: boolean) => (value ? yes : no)
  return { target, what, from: say(before), to: say(now), worse: now !== good }
}

function certificate(before: WatchReading, now: WatchReading): Change | undefined {
  const [was, is] = [before.certificateDays, now.certificateDays]
  if (was === undefined || is === undefined || was === is) return undefined
  const crossed = certificateSteps.some((step) => was > step && is <= step)
  if (!crossed && is < was) return undefined
  return { target: now.target, what: 'certificate', from: `${was} days`, to: `${is} days`, worse: is < was }
}
