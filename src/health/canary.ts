import { ConfigurationError } from '../errors.js'
import type { DownloadConfig } from '../middleware/config.js'
import { CANARY_FOLDER } from '../storages/disk/local-path.js'
import { FileSystemStorage } from '../storages/file-system.js'
import type { Storage } from '../storages/storage.js'
import { type CheckedRule, checkedRules } from './rule.js'

/** What the canaries need to know beside the configuration. */
export interface CanaryOptions {
  /**
   * Where the canary files of a rule are kept, by the position of the rule, from 1. Needed for a rule that has only a
   * `sourceUrl`: its storage gives files their `url`. Default: the `sourceDir` of the rule.
   */
  storages?: Readonly<Record<number, Storage>> | undefined
}

/**
 * Each rule has a file with a name that nothing can go wrong with, one with what people put into names, and one with all
 * that servers take for something else. The last one may be streamed, where the server cannot be told such a name.
 */
export type CanaryName = 'plain' | 'accented' | 'hostile'

/** A harmless file below the source of a rule, which proves that files of that rule arrive. */
export interface Canary {
  readonly rule: CheckedRule
  readonly name: CanaryName
  /** Place of the file below the source of its rule. */
  readonly key: string
  /** `undefined` when nobody said where the files of the rule are kept. */
  readonly storage: Storage | undefined
  /** The folder that the storage is about, where that is the `sourceDir` of the rule. */
  readonly folder: string | undefined
  /** The bytes of the file. */
  readonly content: Uint8Array
  /** What the application sends in their place when it streams the file itself, just as long. */
  readonly streamed: Uint8Array
}

/** The canaries of one rule. */
export type Canaries = ByName<Canary>

/** Something of each canary of a rule. */
export type ByName<T> = Readonly<Record<CanaryName, T>>

/** The canaries of each rule, in order. @throws ConfigurationError for a configuration that could not work. */
export function canariesOf(config: DownloadConfig, options: CanaryOptions = {}): Canaries[] {
  const rules = checkedRules(config)
  for (const position of Object.keys(options.storages ?? {})) {
    if (rules[Number(position) - 1] !== undefined) continue
    throw new ConfigurationError(`storages: there is no rule ${position}. Rules count from 1 to ${rules.length}.`)
  }
  return rules.map((rule) => {
    const place = placeOf(rule, options.storages?.[rule.position])
    return byName((name) => canary(rule, name, place))
  })
}

/** Makes something for each canary of a rule. */
export function byName<T>(make: (name: CanaryName) => T): ByName<T> {
  return { plain: make('plain'), accented: make('accented'), hostile: make('hostile') }
}

/** The same for what takes its time. */
export async function eventuallyByName<T>(make: (name: CanaryName) => Promise<T>): Promise<ByName<T>> {
  const [plain, accented, hostile] = await Promise.all([make('plain'), make('accented'), make('hostile')])
  return { plain, accented, hostile }
}

/** Finds the first canary that something can be said of. */
export function firstOf<T>(find: (name: CanaryName) => T | undefined): T | undefined {
  return find('plain') ?? find('accented') ?? find('hostile')
}

/** Asked in this order: what goes wrong with a plain name is no matter of names. */
export const CANARY_NAMES: readonly CanaryName[] = ['plain', 'accented', 'hostile']

/** The last parts of the keys. */
export const CANARY_FILES: ByName<string> = {
  plain: 'canary.txt',
  accented: 'canary é a+b (1).txt',
  hostile: 'canary é 100%25 a+b #1.txt',
}

function placeOf({ sourceDir: folder }: CheckedRule, storage: Storage | undefined): Place {
  if (storage !== undefined || folder === undefined) return { storage, folder: undefined }
  return { storage: new FileSystemStorage({ root: folder }), folder }
}

type Place = Pick<Canary, 'storage' | 'folder'>

function canary(rule: CheckedRule, name: CanaryName, place: Place): Canary {
  return {
    rule,
    name,
    // Each rule has a folder of its own: two rules may have the same source.
    key: `${CANARY_FOLDER}/rule-${rule.position}/${CANARY_FILES[name]}`,
    ...place,
    content: contentOf(rule.position, name, 'web server'),
    streamed: contentOf(rule.position, name, 'application'),
  }
}

/** At least 4 KiB, so that ranges mean something; no line is like another, so that no range passes for another. */
function contentOf(rule: number, name: CanaryName, sender: string): Uint8Array {
  const lines = Array.from(
    { length: 100 },
    (_, index) => `Line ${index + 1} of 100 of ${name} canary ${rule}, for ranges.`,
  )
  return Buffer.from(
    `This file checks that downloads arrive. It holds nothing else, and may be read by anybody.
Rule: ${rule}
File: ${CANARY_FILES[name]}
Sent by: ${sender.padEnd(11)}
${lines.join('\n')}
`,
  )
}
