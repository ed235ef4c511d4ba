import type { Rule } from '../lint/rule.js'

/** `error`; `error or info` where single findings are milder or worse. */
function severitiesOf({ severity, also = [] }: Rule): string {
  return [severity, ...also].join(', ').replace(/, (\w+)$/, ' or $1')
}

/** A rule for the terminal: `lint --explain`. */
export function ruleText(rule: Rule): string {
  return [
    `${rule.code} ${rule.name} (${severitiesOf(rule)}${rule.optional ? ', only with --select' : ''})`,
    '',
    rule.summary,
    '',
    `What happens:  ${rule.harm}`,
    `How we know:   ${rule.evidence}`,
    `What to do:    ${rule.fix}`,
    ...(rule.unproven === undefined ? [] : [`Not tested end to end: ${rule.unproven}`]),
    '',
    `To suppress a finding: # mqtt-proxy ignore=${rule.code} -- reason`,
  ].join('\n')
}

/** A rule as a page of the documentation, made from the same words. */
function rulePage(rule: Rule, examples: { readonly wrong: string; readonly right: string }): string {
  return [
    `# ${rule.code}: ${rule.name}`,
    '',
    `**${severitiesOf(rule)}**${rule.optional ? ', runs only when selected (`--select ' : ''}${rule.optional ? `${rule.code}\`)` : ''} · ${rule.summary}`,
    '',
    '## What happens',
    '',
    rule.harm,
    '',
    '## How we know',
    '',
    rule.evidence,
    ...(rule.unproven === undefined ? [] : ['', `Not tested end to end: ${rule.unproven}`]),
    '',
    '## What to do',
    '',
    rule.fix,
    '',
    '## Fires on',
    '',
    '```',
    examples.wrong.trimEnd(),
    '```',
    '',
    '## Silent on',
    '',
    '```',
    examples.right.trimEnd(),
    '```',
    '',
    `To put a finding aside, with a reason: \`# mqtt-proxy ignore=${rule.code} -- reason\``,
    '',
  ].join('\n')
}

/** The index of all rule pages. */
function ruleIndex(rules: readonly Rule[]): string {
  return [
    '# Lint rules',
    '',
    '`error`: traffic is refused, misattributed or open to forgery. `warning`: it works at first, and fails or misleads sooner',
    'or later. `info`: worth knowing. `style`: about comments in the files, not about what they do. `lint` fails from `warning`',
    'on, or from what `--fail-on` names; *optional* rules run only with `--select`.',
    '',
    '| code | severity | what it finds |',
    '|---|---|---|',
    ...rules.map(
      (one) =>
        `| [${one.code}](${one.code}.md) | ${severitiesOf(one)}${one.optional ? ' (optional)' : ''} | ${one.summary} |`,
    ),
    '',
  ].join('\n')
}

/** Every page of docs/rules by its name; `fixtures` has the first firing and the first silent fixture of each rule. */
export function ruleFiles(
  rules: readonly Rule[],
  fixtures: ReadonlyMap<string, { readonly wrong: string; readonly right: string }>,
): ReadonlyMap<string, string> {
  const pages = rules.flatMap((rule) => {
    const examples = fixtures.get(rule.code)
    return examples === undefined ? [] : [[`${rule.code}.md`, rulePage(rule, examples)] as const]
  })
  return new Map([['README.md', ruleIndex(rules)], ...pages])
}
