import type { Placed } from '../../brokers/mosquitto/placed.js'
import type { MosquittoFile } from '../../brokers/mosquitto/read.js'
import type { MosquittoListener } from '../../brokers/mosquitto/view.js'
import type { ConfigProblem } from '../../config/span.js'
import { ConfigRefusal } from './config-refusal.js'
import { type GlobalDraft, newGlobal, readGlobal } from './global-settings.js'
import { type ListenerDraft, listenerReaders, newListener } from './listener-settings.js'
import { securityReaders } from './security-settings.js'
import { Setting } from './values.js'

/** What the settings of a mosquitto.conf say, before it is put together. */
export interface MosquittoDraft {
  readonly global: GlobalDraft
  /** In the order of the file's listeners. */
  readonly listeners: readonly ListenerDraft[]
}

/**
 * Reads the values of a file and of those it includes, in the order in which Mosquitto does: the first that it refuses
 * counts.
 * @throws ConfigRefusal for an option that is unknown, misplaced or not carried out
 */
export function readDraft({ view, problems }: MosquittoFile): MosquittoDraft {
  const draft = { global: newGlobal(), listeners: view.listeners.map(draftOf) }
  const byLine = new Map(problems.map((one) => [`${one.span.file}:${one.span.line}`, one]))
  for (const one of view.placed) {
    const { file, line } = one.setting.span
    const problem = byLine.get(`${file}:${line}`)
    if (problem !== undefined) throw refusalOf(problem)
    readSetting(draft, one)
  }
  for (const problem of problems) throw refusalOf(problem)
  return draft
}

function draftOf({ span, endpoint }: MosquittoListener): ListenerDraft {
  return newListener(span, endpoint)
}

function refusalOf({ message, span, expected }: ConfigProblem): ConfigRefusal {
  return new ConfigRefusal(message, span, expected === undefined ? [] : [`expected: ${expected}`])
}

function readSetting({ global, listeners }: MosquittoDraft, { setting: { name, line }, owner }: Placed): void {
  const setting = new Setting(name, line)
  if (owner.kind === 'unknown') setting.refuse(`Unknown configuration variable '${name}'.`)
  if (owner.kind === 'misplaced') setting.refuse(`The '${name}' option requires ${owner.needs} to be defined first.`)
  const security = securityReaders[name]
  if (security) {
    global.securitySeen = true
    security(setting)
    return
  }
  const listener = owner.kind === 'listener' ? listeners[owner.index] : undefined
  const reader = listenerReaders[name]
  if (listener !== undefined && reader) {
    reader(listener, setting)
    return
  }
  if (name === 'connection' || name === 'include_dir') setting.string()
  if (name === 'include_dir' || readGlobal(global, setting)) return
  setting.refuse(`The '${name}' option is not supported by the embedded broker.`, [
    'remove the line, or run the real program: mqtt-proxy tools install mosquitto',
  ])
}
