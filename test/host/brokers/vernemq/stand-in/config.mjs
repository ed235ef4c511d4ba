import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Settings of `etc/vernemq.conf`; of two lines the last one counts. */
export function settingsOf(base) {
  const settings = new Map()
  for (const line of readFileSync(join(base, 'etc/vernemq.conf'), 'utf8').split('\n')) {
    const [, key, value] = /^\s*([^#=\s]+)\s*=\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? []
    if (key !== undefined) settings.set(key, value)
  }
  return settings
}

const known =
  /^(nodename|distributed_cookie|allow_[a-z_]+|log\.[a-z.]+|plugins\.\w+|vmq_(acl|passwd)\.\w+|listener\.(tcp|ssl|ws|wss|vmq|vmqs|http|https)\.[\w.]+|max_\w+|metadata_plugin)$/

/** What cuttlefish finds wrong, in its words. */
export function problemsOf(settings) {
  return [...settings].flatMap(([key, value]) => {
    const [, kind, name, property] = /^listener\.(\w+)\.(\w+)(?:\.(\w+))?$/.exec(key) ?? []
    if (/^(ssl|wss|vmq|vmqs)$/.test(kind) && property === 'proxy_protocol') return [unknown(key)]
    if (!known.test(key)) return [unknown(key)]
    const flag = property === 'proxy_protocol' || (property === undefined && name === 'proxy_protocol')
    if ((flag || key.startsWith('plugins.') || key === 'allow_anonymous') && !['on', 'off'].includes(value)) {
      return [
        `${stamp()} [error] Error transforming datatype for: ${key}`,
        `${stamp()} [error] "${value}" is not a valid enum value, acceptable values are: on, off`,
      ]
    }
    if (kind !== undefined && property === undefined && !flag && !/^(\d+\.\d+\.\d+\.\d+:\d+|local:\S+)$/.test(value)) {
      return [`${stamp()} [error] "${value}" cannot be converted to an IP`]
    }
    return []
  })
}

function unknown(key) {
  return `${stamp()} [error] You've tried to set ${key}, but there is no setting with that name.`
}

function stamp() {
  return new Date().toISOString().replace('Z', '+00:00')
}

export function aclIsThere(base, settings) {
  return existsSync(join(base, settings.get('vmq_acl.acl_file') ?? 'etc/vmq.acl'))
}

export const controlSocket = (base) => join(base, 'data', 'control')
