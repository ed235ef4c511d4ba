import type { MosquittoParsed } from '../brokers/mosquitto/parse.js'
import { generated } from '../config/span.js'
import { ConfigRefusal } from './mosquitto/config-refusal.js'
import { type MosquittoDraft, readDraft } from './mosquitto/document.js'
import { checkListener, listenerOptions } from './mosquitto/listener-options.js'
import { newListener } from './mosquitto/listener-settings.js'
import type { ListenerOptions } from './options.js'
import type { BrokerPlan, PlanContext } from './plan.js'

/**
 * A mosquitto.conf as the embedded broker carries it out. An option nobody knows, one that stands in the wrong place
 * and one we do not carry out are refused, with their place.
 * @throws ConfigRefusal
 */
export function planFromMosquitto(parsed: MosquittoParsed, context: PlanContext): BrokerPlan {
  const [problem] = parsed.problems
  const draft = readDraft(parsed)
  if (problem)
    throw new ConfigRefusal(problem.message, problem.span, problem.expected ? [`expected: ${problem.expected}`] : [])
  return finish(draft, context)
}

/** The plan of `mosquitto -p PORT`: loopback, everybody may come in. */
export function localPlan(ports: readonly number[]): BrokerPlan {
  const parsed = { document: { separator: ' ', file: '', lines: [] } as const, included: [], problems: [] }
  return planFromMosquitto(parsed, { ports, read: () => '', manner: 'mosquitto' })
}

function finish(draft: MosquittoDraft, context: PlanContext): BrokerPlan {
  const { global } = draft
  const local = !draft.opened
  if (local && draft.security.anonymous === undefined) draft.security.anonymous = true
  for (const one of draft.listeners) checkListener(one)
  const listeners = local
    ? localListeners(draft, context)
    : draft.listeners.flatMap((one) => listenerOptions(draft, one, context))
  return {
    listeners,
    limits: global.limits,
    log: {
      to: global.logTo.length === 0 ? [{ kind: 'stderr' }] : global.logTo,
      types: global.logTypes.size === 0 ? undefined : global.logTypes,
      timestamp: global.timestamp,
      format: global.timestampFormat,
    },
    pidFile: global.pidFile,
    localOnly: local,
    notes: local ? [...global.notes, ...draft.unopened.map(unopenedNote)] : global.notes,
  }
}

function unopenedNote(name: string): string {
  return `Note: '${name}' has no effect here: no 'listener' or 'port' opens the listener it speaks of.`
}

function localListeners(draft: MosquittoDraft, context: PlanContext): ListenerOptions[] {
  const ports = context.ports.length === 0 ? [1883] : context.ports
  return ports.flatMap((port) =>
    ['127.0.0.1', '::1'].flatMap((host) => {
      const one = newListener(generated, port)
      one.host = host
      return listenerOptions(draft, one, context)
    }),
  )
}
