/** A Dockerfile as its instructions, in order: `{ line, name, text }`; continued lines are one. */
export function parseDockerfile(text) {
  const all = []
  let open
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(raw)) continue
    const more = raw.endsWith('\\')
    const part = (more ? raw.slice(0, -1) : raw).trim()
    if (open === undefined) {
      const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(part) ?? []
      open = { line: index + 1, name: name.toUpperCase(), text: rest }
      all.push(open)
    } else open.text += ` ${part}`
    if (!more) open = undefined
  }
  return all
}

/** The stages: what each begins with, what it is called, and what it does. */
export function stagesOf(instructions) {
  const stages = []
  for (const one of instructions) {
    if (one.name !== 'FROM') {
      stages.at(-1)?.steps.push(one)
      continue
    }
    const [image, , name] = one.text.split(/\s+/)
    stages.push({ image, name: name ?? String(stages.length), line: one.line, steps: [] })
  }
  return stages
}

/** `A=1 B="x y"` as pairs. */
export function pairsOf(text) {
  return [...text.matchAll(/([\w.]+)=("(?:[^"\\]|\\.)*"|\S+)/g)].map(([, name, value]) => [
    name,
    value.startsWith('"') ? JSON.parse(value) : value,
  ])
}
