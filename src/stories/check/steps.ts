import type { Approach, Step } from '../../check/plan.js'
import { attemptConnect, attemptOpen, attemptPublish } from '../../host/sandbox/attempts.js'
import { verdictOf } from '../../host/sandbox/health.js'
import { hold } from '../../host/sandbox/held.js'
import { wait } from '../../host/sandbox/lab.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { Sight } from '../../host/types.js'
import type { Seen } from '../../kernel/observed.js'
import { formatEnd } from '../../kernel/observed.js'
import type { GroupOptions } from './group-options.js'
import { runSticky } from './sticky.js'

type StepOptions = Pick<GroupOptions, 'certificates' | 'timeoutMs' | 'signal'>

/** Does one step and says what was seen. */
export async function runStep(
  step: Exclude<Step, { kind: 'cannot' }>,
  sandbox: RunningSandbox,
  options: StepOptions,
): Promise<Seen> {
  const begin = performance.now()
  const seen = await doStep(step, sandbox, options)
  return { ...seen, ms: performance.now() - begin }
}

async function doStep(
  step: Exclude<Step, { kind: 'cannot' }>,
  sandbox: RunningSandbox,
  options: StepOptions,
): Promise<Omit<Seen, 'ms'>> {
  switch (step.kind) {
    case 'start': {
      const running = [...sandbox.haproxy, ...sandbox.brokers]
      const gone = running.filter((one) => !one.alive()).map((one) => one.what)
      const detail =
        gone.length === 0 ? `running: ${running.map((one) => one.what).join(', ')}` : `${gone.join(', ')} ended`
      return { client: undefined, connect: undefined, sight: undefined, whole: { ok: gone.length === 0, detail } }
    }
    case 'connect': {
      const hello = helloOf(step)
      let sight: Sight | undefined
      // Some brokers know nobody who has gone: they are asked while the session is open.
      const { outcome, connack, detail, local } = await attemptConnect(step.approach, hello, options, async () => {
        sight = await sightOf(step.clientId, sandbox)
      })
      return {
        client: claimedBy(step.approach) ?? local,
        connect: { outcome, connack, detail },
        sight,
        whole: undefined,
      }
    }
    case 'publish': {
      const { attempt, approach } = step
      const message = { qos: attempt.qos, bytes: attempt.bytes, clients: attempt.clients ?? ('two' as const) }
      const { ok, detail, client } = await attemptPublish(approach, helloOf(step), message, options)
      return { client: claimedBy(approach) ?? client, connect: undefined, sight: undefined, whole: { ok, detail } }
    }
    case 'sticky':
      return await runSticky(step, sandbox, options)
    case 'health':
      return await told(verdictOf(sandbox.haproxy, step.servers, step.withinMs, options.signal))
    case 'idle':
      return await idle(step, options)
    case 'route':
      return await routed(step, sandbox, options)
  }
}

type Talking = Extract<Step, { readonly login: unknown }>

function helloOf({ mqtt, clientId, login }: Talking) {
  const { username, password } = login
  return {
    mqtt,
    clientId,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  }
}

async function told(work: Promise<{ readonly ok: boolean; readonly detail: string }>): Promise<Omit<Seen, 'ms'>> {
  return { client: undefined, connect: undefined, sight: undefined, whole: await work }
}

/** Silent for a while, then one PINGREQ; once more where this machine let that wait until the keepalive was over. */
async function idle(step: Extract<Step, { kind: 'idle' }>, options: StepOptions, left = 3): Promise<Omit<Seen, 'ms'>> {
  const { approach, seconds, keepalive } = step
  const hello = { ...helloOf(step), keepalive }
  const begin = performance.now()
  const { observation, session } = await attemptOpen(approach, hello, options)
  const client = claimedBy(approach) ?? observation.local
  const { outcome, connack, detail } = observation
  if (session === undefined)
    return { client, connect: { outcome, connack, detail }, sight: undefined, whole: undefined }
  const held = hold(session)
  try {
    const closed = await held.closedWithin(seconds * 1000)
    const alive = closed === undefined && (await held.ping(options.timeoutMs))
    const late = performance.now() - begin > keepalive * 1000
    if (!alive && late && left > 1) return idle(step, options, left - 1)
    const said =
      closed === undefined
        ? alive
          ? `it answers after ${seconds} s of silence`
          : `no PINGRESP after ${seconds} s of silence`
        : `closed after ${Math.round(closed)} ms of silence`
    return { client, connect: undefined, sight: undefined, whole: { ok: alive, detail: said } }
  } finally {
    held.drop()
  }
}

/** How often a client that takes its time is sent where the rule says: once may be luck. */
const routeTries = 3

async function routed(
  step: Extract<Step, { kind: 'route' }>,
  sandbox: RunningSandbox,
  options: StepOptions,
): Promise<Omit<Seen, 'ms'>> {
  let client: string | undefined
  const tell = (ok: boolean, detail: string): Omit<Seen, 'ms'> => {
    return { client, connect: undefined, sight: undefined, whole: { ok, detail } }
  }
  for (let n = 1; n <= routeTries; n++) {
    const seen = await attemptConnect(step.approach, helloOf(step), options)
    client = claimedBy(step.approach) ?? seen.local
    const lines =
      client === undefined ? [] : (await Promise.all(sandbox.haproxy.map((one) => one.logOf(client ?? '')))).flat()
    const places = lines.flatMap((line) => / (\S+)\/(\S+) -?\d+\//.exec(line)?.slice(1, 3).join('/') ?? [])
    const [first] = places
    if (first === undefined) return tell(false, 'HAProxy logs no connection of this client')
    if (!places.some((one) => one.startsWith(`${step.backend}/`))) return tell(false, `HAProxy sent it to ${first}`)
    const { outcome, connack, detail } = seen
    if (step.served && outcome !== 'accepted') {
      return { client, connect: { outcome, connack, detail }, sight: undefined, whole: undefined }
    }
    await wait(0)
  }
  return tell(true, `${routeTries} of ${routeTries} times to ${step.backend}`)
}

/** Behind a header that the client brought, everybody knows it by what that header claims. */
function claimedBy({ brought }: Approach): string | undefined {
  return brought?.source === undefined ? undefined : formatEnd(brought.source)
}

/** The brokers are asked side by side; the one that knows the client answers. */
export async function sightOf(
  clientId: string,
  sandbox: RunningSandbox,
  withinMs?: number,
): Promise<Sight | undefined> {
  const [first, ...others] = sandbox.brokers
  if (others.length === 0) return await first?.saw(clientId, withinMs)
  const asked = sandbox.brokers.map(async (one) => {
    const sight = await one.saw(clientId, withinMs)
    if (sight === undefined) throw new Error('not here')
    return sight
  })
  return await Promise.any(asked).catch(() => undefined)
}
