import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const files = ['bench', 'scripts', 'test'].flatMap((folder) =>
  readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => `${folder}/${name}`),
)

interface Taken {
  readonly file: string
  /** Of the program, beside `src/`, without its ending. */
  readonly module: string
  readonly names: readonly string[]
}

/** What scripts and stand-ins take of the program that was built: no compiler looks at them. */
function takenBy(file: string): readonly Taken[] {
  const source = ts.createSourceFile(file, readFileSync(join(top, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Taken[] = []
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings
      add(node.moduleSpecifier, bindings && ts.isNamedImports(bindings) ? bindings.elements : [])
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const holder = node.parent.parent
      const pattern =
        ts.isVariableDeclaration(holder) && ts.isObjectBindingPattern(holder.name) ? holder.name : undefined
      add(node.arguments[0], pattern?.elements ?? [])
    }
    ts.forEachChild(node, visit)
  }
  const add = (from: ts.Node | undefined, elements: readonly (ts.ImportSpecifier | ts.BindingElement)[]) => {
    const module = /(?:dist\/|join\(dist, ')([\w/-]+)\.js'/.exec(from?.getText() ?? '')?.[1]
    if (module === undefined) return
    found.push({ file, module, names: elements.map((one) => (one.propertyName ?? one.name).getText()) })
  }
  visit(source)
  return found
}

describe('scripts and stand-ins', () => {
  const taken = files.flatMap(takenBy)

  it('are found', () => {
    expect(taken.map(({ file }) => file)).toEqual(expect.arrayContaining(['bench/run.mjs', 'scripts/gen-docs.mjs']))
    expect(taken.some(({ file, names }) => file.includes('stand-in') && names.length > 0)).toBe(true)
  })

  it.each(taken.map((one) => [`${one.file} ${one.module}`, one] as const))('%s is there', async (_, one) => {
    const source = join(top, 'src', `${one.module}.ts`)
    expect(existsSync(source)).toBe(true)
    expect(Object.keys(await import(source))).toEqual(expect.arrayContaining([...one.names]))
  })
})
