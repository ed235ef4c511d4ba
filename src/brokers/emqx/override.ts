import { generated } from '../../config/span.js'
import type { ReadContext } from '../read-context.js'
import { type FlatSetting, textValue } from './flat.js'

/**
 * `EMQX_LISTENERS__TCP__DEFAULT__PROXY_PROTOCOL` wins over `listeners.tcp.default.proxy_protocol`. Variables are asked for
 * by name: those of the settings that the file has, and those of `others`.
 */
export function overridden(
  settings: readonly FlatSetting[],
  others: readonly string[],
  env: ReadContext['env'] = () => undefined,
): FlatSetting[] {
  const said = (path: string) => env(variableOf(path))?.replace(/^"(.*)"$/, '$1')
  const written = new Set(settings.map(({ path }) => path))
  const added = others.filter((path) => !written.has(path))
  return [
    ...settings.map((one) => {
      const value = said(one.path)
      return value === undefined ? one : { ...one, value: textValue(value) }
    }),
    ...added.flatMap((path) => {
      const value = said(path)
      return value === undefined ? [] : [{ path, value: textValue(value), span: generated }]
    }),
  ]
}

/** The variable that wins over a setting. */
export function variableOf(path: string): string {
  return `EMQX_${path.replaceAll('.', '__').toUpperCase()}`
}
