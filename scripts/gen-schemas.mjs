// Writes schemas/: a JSON Schema of what each command prints with --json, made from the types of what it returns. With
// --check it writes nothing and fails when a page is out of date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { argumentsOf } from './arguments.mjs'

const { values: given } = argumentsOf('node scripts/gen-schemas.mjs [--check]', {
  options: { check: { type: 'boolean' } },
})
const top = join(import.meta.dirname, '..')
const folder = join(top, 'schemas')
const src = join(top, 'src')
const { config } = ts.readConfigFile(join(top, 'tsconfig.json'), (file) => ts.sys.readFile(file))
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, top)
const files = commandFiles(join(src, 'cli/commands'))
const program = ts.createProgram([...files, join(src, 'cli/base-command.ts')], { ...options, noEmit: true })
const checker = program.getTypeChecker()

function commandFiles(from) {
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** A document is what `run` of the command returns, and what it hands to `logJson` on the way (a stream of lines). */
function schemaOf(command, file) {
  const source = program.getSourceFile(file)
  const { types, stream } = documentsOf(source)
  const writer = new Writer(source)
  const documents = types.map((type) => writer.document(type))
  const error = writer.exported('src/cli/base-command.ts', 'ErrorDocument')
  const run = writer.exported('src/kernel/result.ts', 'RunFacts')
  const failure = {
    type: 'object',
    description: 'What is printed instead, or beside the result, when the command failed.',
    properties: { schema: { const: 1 }, ok: { const: false }, error, run },
    required: ['schema', 'ok', 'error'],
  }
  const forms = [...documents.map((one) => withCommon(one, error, run)), failure]
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:mqtt-proxy:schema:1:${command.replaceAll(' ', '-')}`,
    title: `mqtt-proxy ${command} --json`,
    description: stream ? 'Each line of the output is such a document.' : 'The output is one such document.',
    anyOf: [...new Map(forms.map((form) => [JSON.stringify(form), form])).values()],
    $defs: writer.definitions(),
  }
}

/** Every document says when and where it was made; a result that could not be reported wholly has the error beside it. */
function withCommon(schema, error, run) {
  if (schema.properties === undefined) return schema
  const lines = schema.properties.event !== undefined
  const properties = {
    ...schema.properties,
    schema: { const: 1 },
    ...(lines ? {} : { run, error, ...(schema.properties.error && { error: schema.properties.error }) }),
  }
  return { ...schema, properties }
}

function documentsOf(source) {
  const types = []
  let stream = false
  const visit = (node) => {
    if (ts.isMethodDeclaration(node) && node.name.getText() === 'run') types.push(...returned(node.body))
    if (ts.isCallExpression(node) && node.expression.getText() === 'this.logJson') {
      stream = true
      const type = checker.getTypeAtLocation(node.arguments[0])
      // Errors have a form of their own.
      if (type.getProperty('error') === undefined) types.push(...parts(type))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { types: types.filter((type) => !(type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void))), stream }
}

/** Of every return by itself: in the type of the whole function TypeScript drops those that another one covers. */
function returned(node) {
  if (ts.isFunctionLike(node)) return []
  if (ts.isReturnStatement(node) && node.expression !== undefined)
    return parts(checker.getAwaitedType(checker.getTypeAtLocation(node.expression)))
  const types = []
  ts.forEachChild(node, (child) => void types.push(...returned(child)))
  return types
}

function parts(type) {
  return type.isUnion() ? type.types : [type]
}

/** Types of TypeScript as JSON Schema, as JSON.stringify writes their values. Named ones go to $defs. */
class Writer {
  #defs = new Map()
  #names = new Map()

  constructor(at) {
    this.at = at
  }

  exported(path, name) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(top, path)))
    const found = checker.getExportsOfModule(module).find((one) => one.name === name)
    return this.type(checker.getDeclaredTypeOfSymbol(found))
  }

  definitions() {
    return Object.fromEntries([...this.#defs].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** A document stands at the top, also where its type has a name. */
  document(type) {
    const schema = this.type(type)
    if (schema.$ref === undefined) return schema
    return this.#defs.get(schema.$ref.replace('#/$defs/', ''))
  }

  type(type) {
    const name = nameOf(type)
    if (name === undefined) return this.plain(type)
    let key = this.#names.get(type)
    if (key === undefined) {
      key = this.#defs.has(name) || [...this.#names.values()].includes(name) ? `${name}${this.#names.size}` : name
      this.#names.set(type, key)
      this.#defs.set(key, undefined)
      this.#defs.set(key, this.plain(type))
    }
    return { $ref: `#/$defs/${key}` }
  }

  plain(type) {
    const { flags } = type
    const F = ts.TypeFlags
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (flags & F.BooleanLiteral) return { const: checker.typeToString(type) === 'true' }
    if (flags & F.Null) return { type: 'null' }
    if (flags & (F.String | F.TemplateLiteral | F.StringMapping)) return { type: 'string' }
    if (flags & F.Number) return { type: 'number' }
    if (flags & F.Boolean) return { type: 'boolean' }
    if (type.isUnion()) return this.union(type)
    if (flags & (F.Any | F.Unknown)) return {}
    if (checker.isArrayType(type)) return { type: 'array', items: this.type(checker.getTypeArguments(type)[0]) }
    if (checker.isTupleType(type)) return this.tuple(type)
    if (type.getProperty('toJSON') !== undefined && type.symbol?.name === 'Date')
      return { type: 'string', format: 'date-time' }
    return this.object(type)
  }

  union(type) {
    const members = type.types.filter((one) => !(one.flags & ts.TypeFlags.Undefined))
    const schemas = members.map((one) => this.type(one))
    const consts = schemas.filter((one) => 'const' in one).map((one) => one.const)
    if (consts.length === 2 && consts.every((one) => typeof one === 'boolean')) {
      const others = schemas.filter((one) => !('const' in one))
      return others.length === 0 ? { type: 'boolean' } : { anyOf: [{ type: 'boolean' }, ...others] }
    }
    if (consts.length === schemas.length && consts.length > 1) return { enum: consts }
    const others = schemas.filter((one) => !('const' in one))
    const all = [...(consts.length > 1 ? [{ enum: consts }] : consts.map((one) => ({ const: one }))), ...others]
    return all.length === 1 ? all[0] : { anyOf: all }
  }

  tuple(type) {
    const items = checker.getTypeArguments(type).map((one) => this.type(one))
    return { type: 'array', prefixItems: items, minItems: type.target.minLength, items: false }
  }

  object(type) {
    const properties = {}
    const required = []
    for (const property of checker.getPropertiesOfType(type)) {
      const of = checker.getTypeOfSymbolAtLocation(property, this.at)
      // JSON.stringify leaves functions and symbols out.
      if (property.name.startsWith('__@') || isFunction(of) || of.flags & ts.TypeFlags.Undefined) continue
      const optional =
        (property.flags & ts.SymbolFlags.Optional) !== 0 || parts(of).some((one) => one.flags & ts.TypeFlags.Undefined)
      const words = ts.displayPartsToString(property.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim()
      properties[property.name] = { ...this.type(of), ...(words !== '' && { description: words }) }
      if (!optional) required.push(property.name)
    }
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String)
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(index !== undefined && { additionalProperties: this.type(index.type) }),
    }
  }
}

function isFunction(type) {
  return parts(type).some((one) => one.getCallSignatures().length > 0)
}

/** Interfaces and aliases of ours; what a package or the language declares is written out. */
function nameOf(type) {
  const symbol = type.aliasSymbol ?? (type.isClassOrInterface() ? type.symbol : undefined)
  const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? ''
  if (symbol === undefined || !file.startsWith(src) || type.aliasTypeArguments?.length > 0) return undefined
  if (type.flags & (ts.TypeFlags.String | ts.TypeFlags.Number)) return undefined
  return basename(symbol.name)
}

const written = new Map()
for (const file of files) {
  const id = relative(join(src, 'cli/commands'), file).replace(/\.ts$/, '')
  written.set(`${id}.json`, `${JSON.stringify(schemaOf(id.replaceAll('/', ' '), file), undefined, 2)}\n`)
}

const there = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json'))
const stale = [...new Set([...there, ...written.keys()])].filter(
  (name) => read(join(folder, name)) !== written.get(name),
)
if (given.check) {
  if (stale.length > 0) {
    process.stderr.write(`out of date, run node scripts/gen-schemas.mjs: ${stale.join(', ')}\n`)
    process.exitCode = 1
  }
} else {
  rmSync(folder, { recursive: true })
  for (const [name, text] of written) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
