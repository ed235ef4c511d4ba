import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const folder = join(import.meta.dirname, '../schemas')

/** Commands with a schema: `check`, `gen all`. */
export const schemaCommands = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace(/\.json$/, '').replaceAll('/', ' '))
  .sort()

const validators = new Map<string, ValidateFunction>()

/**
 * What is wrong with a document that a command printed; empty: nothing. Stricter than what ships: a property that no
 * schema names is wrong, so that none is forgotten.
 */
export function faultsOf(command: string, document: unknown): readonly string[] {
  const validate = validators.get(command) ?? compiled(command)
  validators.set(command, validate)
  if (validate(document)) return []
  return (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`)
}

function compiled(command: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(closed(shipped(command)))
}

/** The schema as it ships. */
export function shipped(command: string): object {
  return JSON.parse(readFileSync(join(folder, `${command.replaceAll(' ', '/')}.json`), 'utf8'))
}

function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  const open = 'properties' in schema && 'type' in schema && !('additionalProperties' in schema)
  return (open ? { ...inside, additionalProperties: false } : inside) as T
}
