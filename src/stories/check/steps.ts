import { formatEnd } from '../../check/judge.js'
import type { Approach, Step } from '../../check/plan.js'
import { attemptConnect, attemptPublish } from '../../host/sandbox/attempts.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { Sight } from '../../host/types.js'
import type { Seen } from '../../kernel/observed.js'
import type { GroupOptions } from './group.js'
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
      const hello = {
        mqtt: step.mqtt,
        clientId: step.clientId,
        ...(step.username !== undefined && { username: step.username }),
      }
      const { outcome, connack, detail, local } = await attemptConnect(step.approach, hello, options)
      const sight = outcome === 'accepted' ? await sightOf(step.clientId, sandbox) : undefined
      return {
        client: claimedBy(step.approach) ?? local,
        connect: { outcome, connack, detail },
        sight,
        whole: undefined,
      }
    }
    case 'publish': {
      const { attempt, approach, clientId, mqtt } = step
      const message = { qos: attempt.qos, bytes: attempt.bytes, clients: attempt.clients ?? ('two' as const) }
      const { ok, detail, client } = await attemptPublish(approach, { mqtt, clientId }, message, options)
      return { client: claimedBy(approach) ?? client, connect: undefined, sight: undefined, whole: { ok, detail } }
    }
    case 'sticky':
      return await runSticky(step, sandbox, options)
  }
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
