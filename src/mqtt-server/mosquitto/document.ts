import { mosquittoOption } from '../../brokers/mosquitto/options.js'
import type { MosquittoParsed } from '../../brokers/mosquitto/parse.js'
import type { EntryDocument, EntryLine } from '../../config/entries.js'
import { type GlobalDraft, readGlobal } from './global-settings.js'
import {
  defaultListenerReaders,
  type ListenerDraft,
  listenerReaders,
  newListener,
  newSecurity,
  readListener,
  type SecurityDraft,
  securityReaders,
} from './listener-settings.js'
import { Setting } from './values.js'

/** What a mosquitto.conf says, line by line, before it is put together. */
export interface MosquittoDraft {
  readonly global: GlobalDraft
  readonly security: SecurityDraft
  readonly listeners: ListenerDraft[]
  /** The default listener, made by the first option that speaks of it. */
  fallback: ListenerDraft | undefined
  /** Options given to it by the way: they do not open it. */
  readonly unopened: string[]
  /** `listener`, `port` or `bind_address` stood in the file: it is open to wherever they say. */
  opened: boolean
}

/**
 * Reads the settings of a file and of those it includes.
 * @throws ConfigRefusal for an option that is unknown, misplaced or not carried out
 */
export function readDraft(parsed: MosquittoParsed): MosquittoDraft {
  const draft: MosquittoDraft = {
    global: {
      limits: {},
      logTo: [],
      logTypes: new Set(),
      timestamp: true,
      timestampFormat: undefined,
      pidFile: undefined,
      perListener: false,
      securitySeen: false,
      notes: [],
      seen: new Set(),
    },
    security: newSecurity(),
    listeners: [],
    fallback: undefined,
    unopened: [],
    opened: false,
  }
  readDocument(draft, parsed, parsed.document)
  return draft
}

function readDocument(draft: MosquittoDraft, parsed: MosquittoParsed, document: EntryDocument): void {
  // Listener options belong to the last listener of the same file.
  let current: ListenerDraft | undefined
  for (const line of document.lines) {
    if (line.key === undefined) continue
    const setting = new Setting(line.key, line)
    if (line.key === 'include_dir') {
      setting.string()
      const included = parsed.included.find((one) => one.at === line)
      for (const inner of included?.documents ?? []) readDocument(draft, parsed, inner)
    } else if (line.key === 'listener') {
      draft.opened = true
      current = readListener(setting)
      draft.listeners.push(current)
    } else if (Object.hasOwn(defaultListenerReaders, line.key)) {
      draft.opened = true
      current = defaultListener(draft, line)
      defaultListenerReaders[line.key]?.(current, setting)
    } else current = readSetting(draft, setting, current)
  }
}

function readSetting(
  draft: MosquittoDraft,
  setting: Setting,
  current: ListenerDraft | undefined,
): ListenerDraft | undefined {
  const { name } = setting
  const scope = mosquittoOption(name)?.scope
  if (scope === undefined) setting.refuse(`Unknown configuration variable '${name}'.`)
  const security = securityReaders[name]
  if (security) {
    if (draft.global.perListener && !current) requires(setting, 'a listener')
    draft.global.securitySeen = true
    security(draft.global.perListener && current ? current.security : draft.security, setting)
    return current
  }
  const reader = listenerReaders[name]
  if (reader) {
    if (scope === 'listener' && !current) requires(setting, 'a listener')
    const listener = current ?? defaultListener(draft, setting.line)
    if (listener === draft.fallback) draft.unopened.push(name)
    reader(listener, setting)
    return listener
  }
  if (scope === 'bridge') requires(setting, 'a bridge')
  if (name.startsWith('plugin_opt_') || name.startsWith('auth_opt_'))
    requires(setting, 'plugin/global_plugin/plugin_load')
  if (name === 'connection') setting.string()
  if (!readGlobal(draft.global, setting)) {
    setting.refuse(`The '${name}' option is not supported by the embedded broker.`, [
      'remove the line, or run the real program: mqtt-proxy tools install mosquitto',
    ])
  }
  return current
}

function requires(setting: Setting, what: string): never {
  return setting.refuse(`The '${setting.name}' option requires ${what} to be defined first.`)
}

function defaultListener(draft: MosquittoDraft, line: EntryLine): ListenerDraft {
  if (!draft.fallback) {
    draft.fallback = newListener(line.span, 1883)
    draft.listeners.push(draft.fallback)
  }
  return draft.fallback
}
