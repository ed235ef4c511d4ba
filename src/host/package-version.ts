import { readFileSync } from 'node:fs'
import { packagedPath } from './files/packaged.js'

/** Our own version, from package.json. */
export function packageVersion(): string {
  const text = readFileSync(packagedPath('package.json'), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined
  return typeof version === 'string' ? version : '0.0.0'
}
