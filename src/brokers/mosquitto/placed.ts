import type { EntryDocument, EntryLine } from '../../config/entries.js'
import type { Span } from '../../config/span.js'
import { type ConfigEndpoint, familyOf, hostOf } from '../../kernel/address.js'
import { mosquittoOption, type OptionScope } from './options.js'
import type { Included } from './parse.js'

/** One setting with everything needed to judge and edit it. */
export interface MosquittoSetting {
  readonly name: string
  /** The rest of the line, blanks trimmed; empty when the option has none. */
  readonly value: string
  readonly scope: OptionScope | 'unknown'
  readonly line: EntryLine
  readonly span: Span
  readonly valueSpan: Span
}

/** What a setting belongs to. */
type Owner =
  | { readonly kind: 'listener' /** Its place among the listeners. */; readonly index: number }
  /** Login and names, of all listeners: `per_listener_settings` is off. */
  | { readonly kind: 'security' }
  | { readonly kind: 'global' | 'bridge' | 'unknown' }
  /** It needs something before it: Mosquitto refuses to start. */
  | { readonly kind: 'misplaced'; readonly needs: string }

export interface Placed {
  readonly setting: MosquittoSetting
  readonly owner: Owner
}

/** A listener as it is found: what belongs to it, and where it listens. */
export interface ListenerScope {
  endpoint: ConfigEndpoint
  /** The `listener` (or `port`) line; absent when default-listener options alone made it. */
  line: EntryLine | undefined
  span: Span
  /** The last of each name. */
  readonly settings: Map<string, MosquittoSetting>
  readonly plugins: MosquittoSetting[]
  /** The last word on nameless clients below the listener itself. */
  anonymous: MosquittoSetting | undefined
}

export interface MosquittoBridge {
  readonly name: string
  readonly span: Span
  readonly settings: readonly MosquittoSetting[]
}

export interface Placement {
  /** Every setting of all files in the order in which Mosquitto reads them, with what it belongs to. */
  readonly placed: readonly Placed[]
  readonly listeners: readonly ListenerScope[]
  readonly bridges: readonly MosquittoBridge[]
  /** Settings outside every listener and bridge, the last of each name. */
  readonly global: ReadonlyMap<string, MosquittoSetting>
  readonly globalPlugins: readonly MosquittoSetting[]
  readonly perListenerSettings: boolean
}

/**
 * What each setting of a mosquitto.conf belongs to, as Mosquitto 2.1.2 reads it (src/conf.c): listener options belong to
 * the last `listener` **of the same file**; some make a default listener on port 1883 when there is none; with
 * `per_listener_settings true` the security options belong to listeners too.
 */
export function placeSettings(document: EntryDocument, included: readonly Included[]): Placement {
  const all = new Places(included)
  all.read(document)
  return all
}

/** Options that need a `listener` line: the default listener is none (measured on 2.1.2). */
const written = new Set(['accept_protocol_versions', 'plugin_use'])

class Places implements Placement {
  readonly placed: Placed[] = []
  readonly listeners: ListenerScope[] = []
  readonly bridges: { name: string; span: Span; settings: MosquittoSetting[] }[] = []
  readonly global = new Map<string, MosquittoSetting>()
  readonly globalPlugins: MosquittoSetting[] = []
  perListenerSettings = false
  readonly #included: readonly Included[]
  #fallback: ListenerScope | undefined
  // Of the file that is being read.
  #listener: ListenerScope | undefined
  #bridge: (typeof this.bridges)[number] | undefined

  constructor(included: readonly Included[]) {
    this.#included = included
  }

  read({ lines }: EntryDocument): void {
    const outer = [this.#listener, this.#bridge] as const
    this.#listener = undefined
    this.#bridge = undefined
    for (const line of lines) {
      if (line.key === undefined) continue
      const setting = settingOf(line, line.key)
      this.placed.push({ setting, owner: this.#place(setting) })
      if (setting.name !== 'include_dir') continue
      for (const inner of this.#included.find((one) => one.at === line)?.documents ?? []) this.read(inner)
    }
    ;[this.#listener, this.#bridge] = outer
  }

  #place(setting: MosquittoSetting): Owner {
    switch (setting.scope) {
      case 'listener':
        if (this.#listener === undefined) return needs('a listener')
        if (this.#listener === this.#fallback && written.has(setting.name)) return needs('a listener')
        return this.#own(this.#listener, setting)
      case 'listener-or-default':
        return this.#ownOrDefault(setting)
      case 'security':
        return this.#security(setting)
      case 'bridge':
        if (this.#bridge === undefined) return needs('a bridge')
        this.#bridge.settings.push(setting)
        return { kind: 'bridge' }
      case 'unknown':
        if (this.#listener === undefined) this.global.set(setting.name, setting)
        else this.#listener.settings.set(setting.name, setting)
        return { kind: 'unknown' }
      case 'global':
        return this.#global(setting)
    }
  }

  #own(listener: ListenerScope, setting: MosquittoSetting): Owner {
    listener.settings.set(setting.name, setting)
    if (setting.name === 'listener_allow_anonymous') listener.anonymous = setting
    if (setting.name === 'plugin_use') listener.plugins.push(setting)
    return this.#ownerOf(listener)
  }

  #ownOrDefault(setting: MosquittoSetting): Owner {
    // As in Mosquitto, `bind_address` is the default listener's even below a `listener`.
    const isBind = setting.name === 'bind_address'
    if (this.#listener === undefined || isBind) this.#listener = this.#defaultListener(setting)
    const { endpoint } = this.#listener
    if (isBind && endpoint.kind === 'tcp') this.#listener.endpoint = bound(setting.value, endpoint.port)
    return this.#own(this.#listener, setting)
  }

  #security(setting: MosquittoSetting): Owner {
    const isPlugin = /plugin/.test(setting.name)
    if (!this.perListenerSettings) {
      this.global.set(setting.name, setting)
      if (isPlugin) this.globalPlugins.push(setting)
      return { kind: 'security' }
    }
    const listener = this.#listener
    if (listener === undefined) return needs('a listener')
    listener.settings.set(setting.name, setting)
    if (setting.name === 'allow_anonymous') listener.anonymous = setting
    if (isPlugin) listener.plugins.push(setting)
    return this.#ownerOf(listener)
  }

  #global(setting: MosquittoSetting): Owner {
    const { name, line, span, value } = setting
    if (name === 'listener') {
      this.#listener = newScope(listenerEndpoint(value), span, line)
      this.listeners.push(this.#listener)
      return this.#ownerOf(this.#listener)
    }
    if (name === 'port') {
      const listener = this.#defaultListener(setting)
      this.#listener = listener
      const host = listener.endpoint.kind === 'tcp' ? listener.endpoint.host : undefined
      Object.assign(listener, { endpoint: { kind: 'tcp', host, port: portOf(value) }, line, span })
      return this.#ownerOf(listener)
    }
    if (name === 'connection') {
      this.#bridge = { name: value, span, settings: [] }
      this.bridges.push(this.#bridge)
      return { kind: 'global' }
    }
    if (/^(plugin_opt|auth_opt)_/.test(name) && this.globalPlugins.length === 0 && !this.#hasPlugin()) {
      this.global.set(name, setting)
      return needs('plugin/global_plugin/plugin_load')
    }
    this.global.set(name, setting)
    if (name === 'global_plugin') this.globalPlugins.push(setting)
    if (name === 'per_listener_settings') this.perListenerSettings = isTrue(value)
    return { kind: 'global' }
  }

  #ownerOf(listener: ListenerScope): Owner {
    return { kind: 'listener', index: this.listeners.indexOf(listener) }
  }

  #hasPlugin(): boolean {
    return this.global.has('plugin_load') || this.listeners.some((one) => one.plugins.length > 0)
  }

  #defaultListener({ span }: MosquittoSetting): ListenerScope {
    if (this.#fallback === undefined) {
      this.#fallback = newScope({ kind: 'tcp', host: undefined, port: 1883 }, span, undefined)
      this.listeners.push(this.#fallback)
    }
    return this.#fallback
  }
}

function newScope(endpoint: ConfigEndpoint, span: Span, line: EntryLine | undefined): ListenerScope {
  return { endpoint, line, span, settings: new Map(), plugins: [], anonymous: undefined }
}

function needs(what: string): Owner {
  return { kind: 'misplaced', needs: what }
}

function settingOf(line: EntryLine, name: string): MosquittoSetting {
  const option = mosquittoOption(name)
  const value = line.value ?? ''
  return {
    name,
    // Of a word or a number a tab at the end is a part, which makes it wrong.
    value: option?.value === 'text' ? value.trimEnd() : value,
    scope: option?.scope ?? 'unknown',
    line,
    span: line.keySpan ?? line.span,
    valueSpan: line.valueSpan ?? line.span,
  }
}

export function isTrue(value: string): boolean {
  const word = value.split(' ')[0]
  return word === 'true' || word === '1'
}

function portOf(value: string): number | undefined {
  const port = Number.parseInt(value, 10)
  return port > 0 && port < 65536 ? port : undefined
}

function listenerEndpoint(value: string): ConfigEndpoint {
  const [port = '', address] = value.split(/ +/)
  const host = address?.startsWith('#') ? undefined : address
  if (/^0+$/.test(port)) return { kind: 'unix', path: host ?? '' }
  if (host === undefined) return { kind: 'tcp', host: undefined, port: portOf(port) }
  return bound(host, portOf(port))
}

/** `0.0.0.0` and `::` are one family each: Mosquitto sets IPV6_V6ONLY (measured on 2.1.2). */
function bound(host: string, port: number | undefined): ConfigEndpoint {
  const family = familyOf(host)
  return { kind: 'tcp', host: hostOf(host), port, ...(family !== undefined && { family }) }
}
