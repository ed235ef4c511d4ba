import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const entries = ['index.ts', 'testing.ts', 'artillery.ts'].map((name) => join(top, 'src', name))

/**
 * Everything that the package exports, and every named type of ours in its signatures: what has no docstring, and
 * exported functions that throw without an `@throws`. `changed` stands for files by their path.
 */
function faults(changed: ReadonlyMap<string, string> = new Map()): readonly string[] {
  const config = ts.readConfigFile(join(top, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, top)
  const host = ts.createCompilerHost(options)
  const read = host.readFile
  host.readFile = (path) => changed.get(path) ?? read(path)
  const getSource = host.getSourceFile
  host.getSourceFile = (path, language, ...rest) => {
    const text = changed.get(path)
    return text === undefined ? getSource(path, language, ...rest) : ts.createSourceFile(path, text, language, true)
  }
  const program = ts.createProgram(entries, options, host)
  const checker = program.getTypeChecker()
  const seen = new Set<ts.Symbol>()
  const queue: ts.Symbol[] = []
  const add = (found: ts.Symbol | undefined) => {
    if (found === undefined) return
    const one = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found
    if (seen.has(one) || one.flags & ts.SymbolFlags.TypeParameter) return
    seen.add(one)
    queue.push(one)
  }
  for (const entry of entries) addExports(program.getSourceFile(entry))
  function addExports(module: ts.Node | undefined): void {
    const symbol = module && checker.getSymbolAtLocation(module)
    if (symbol === undefined) throw new Error('an entry of the package is no module')
    for (const one of checker.getExportsOfModule(symbol)) add(one)
  }
  const said: string[] = []
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const own = (one.declarations ?? []).filter((each) => each.getSourceFile().fileName.startsWith(join(top, 'src')))
    if (own.length === 0) continue
    if (one.flags & ts.SymbolFlags.ValueModule) {
      for (const each of checker.getExportsOfModule(one)) add(each)
      continue
    }
    if (ts.displayPartsToString(one.getDocumentationComment(checker)).trim() === '')
      said.push(`${one.name}: no docstring`)
    const tags = one.getJsDocTags(checker).map(({ name }) => name)
    if (own.some(throws) && !tags.includes('throws')) said.push(`${one.name}: throws, and no @throws`)
    for (const each of own) visit(each)
  }
  function visit(node: ts.Node): void {
    if (ts.isBlock(node) || isPrivate(node)) return
    if (ts.isTypeReferenceNode(node)) add(checker.getSymbolAtLocation(node.typeName))
    if (ts.isExpressionWithTypeArguments(node)) add(checker.getSymbolAtLocation(node.expression))
    ts.forEachChild(node, visit)
  }
  return said.sort()
}

function isPrivate(node: ts.Node): boolean {
  const name = ts.getNameOfDeclaration(node as ts.Declaration)
  if (name !== undefined && ts.isPrivateIdentifier(name)) return true
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
  )
}

/** A function whose own body has a `throw`; functions within it are their own. */
function throws(declaration: ts.Node): boolean {
  if (!ts.isFunctionDeclaration(declaration) || declaration.body === undefined) return false
  const within = (node: ts.Node): boolean =>
    ts.isThrowStatement(node) || (!ts.isFunctionLike(node) && (ts.forEachChild(node, (each) => within(each)) ?? false))
  return within(declaration.body)
}

describe('what the package exports', () => {
  it('has a docstring each, and so have the types in it; functions that throw say what', () => {
    expect(faults()).toEqual([])
  }, 120_000)

  it('is looked at: a docstring less is found, of an export and of a type behind one', () => {
    const without = (path: string, pattern: RegExp): [string, string] => {
      const file = join(top, path)
      const text = readFileSync(file, 'utf8')
      expect(text).toMatch(pattern)
      return [file, text.replace(pattern, '')]
    }
    const changed = new Map([
      without('src/proxy-header/types.ts', /\/\*\* What `decode` accepts\. \*\/\n/),
      without('src/scenarios/types.ts', /\/\*\* The required result of an attempt\. \*\/\n/),
      without('src/scenarios/find.ts', / \* @throws [^\n]*\n/),
    ])
    expect(faults(changed)).toEqual([
      'DecodeOptions: no docstring',
      'Expected: no docstring',
      'findScenario: throws, and no @throws',
    ])
  }, 120_000)
})
