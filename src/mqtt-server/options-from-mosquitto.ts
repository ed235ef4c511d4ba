import { isLocalOnly, localListener } from '../brokers/mosquitto/listeners.js'
import { type MosquittoFile, reader } from '../brokers/mosquitto/read.js'
import { type MosquittoDraft, readDraft } from './mosquitto/document.js'
import { checkListener, listenerOptions } from './mosquitto/listener-options.js'
import { newListener } from './mosquitto/listener-settings.js'
import type { ListenerOptions } from './options.js'
import type { BrokerPlan, PlanContext } from './plan.js'

/**
 * A mosquitto.conf as the embedded broker applies it. An unknown option, one that is in the wrong place
 * and one we do not carry out are refused, with their place.
 * @throws ConfigRefusal
 */
export function planFromMosquitto(file: MosquittoFile, context: PlanContext): BrokerPlan {
  const { view } = file
  const draft = readDraft(file)
  const local = isLocalOnly(view)
  for (const one of draft.listeners) checkListener(one)
  const { global } = draft
  return {
    listeners: local ? localListeners(file, context) : openListeners(file, draft, context),
    limits: global.limits,
    log: {
      to: global.logTo.length === 0 ? [{ kind: 'stderr' }] : global.logTo,
      types: global.logTypes.size === 0 ? undefined : global.logTypes,
      timestamp: global.timestamp,
      format: global.timestampFormat,
    },
    pidFile: global.pidFile,
    localOnly: local,
    notes: local ? [...global.notes, ...unopened(file).map(unopenedNote)] : global.notes,
  }
}

/** The plan of `mosquitto -p PORT`: loopback, open to all clients. */
export function localPlan(ports: readonly number[]): BrokerPlan {
  return planFromMosquitto(reader.read('', ''), { ports, read: () => '', manner: 'mosquitto' })
}

function openListeners({ view }: MosquittoFile, { listeners }: MosquittoDraft, context: PlanContext) {
  return view.listeners.flatMap((listener, index) => {
    const draft = listeners[index]
    return draft === undefined ? [] : listenerOptions({ view, listener, draft }, context)
  })
}

/** Options given to the default listener by the way: they do not open it. */
function unopened({ view }: MosquittoFile): readonly string[] {
  return view.placed.filter(({ owner }) => owner.kind === 'listener').map(({ setting }) => setting.name)
}

function unopenedNote(name: string): string {
  return `Note: '${name}' has no effect here: no 'listener' or 'port' opens the listener it speaks of.`
}

function localListeners({ view }: MosquittoFile, context: PlanContext): ListenerOptions[] {
  const ports = context.ports.length === 0 ? [1883] : context.ports
  const listener = localListener(view)
  return ports.flatMap((port) =>
    ['127.0.0.1', '::1'].flatMap((host) => {
      const draft = newListener(listener.span, { kind: 'tcp', host, port })
      return listenerOptions({ view, listener, draft }, context)
    }),
  )
}
