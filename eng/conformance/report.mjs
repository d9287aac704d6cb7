// Reads what the conformance tools left behind, compares it with the expected failures and prints one table.
// A scenario passes when it has checked something and no check of it failed; one that passes with fewer checks than direct needs a
// reason too, in the section SET-weaker of the wiring's file. One in which the gateway is the client has to do so without a warning
// and without a complaint of the driver. What a revision requires, and what ran direct, has to have run.
// usage: report.mjs RESULTS EXPECTED [--part]     (--part: not everything ran, so an expectation that was not met is no fault)
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const [results, expected, ...flags] = process.argv.slice(2);
const isPart = flags.includes('--part');
const faults = [];
const rows = [];
const details = [];
const weaker = [];

for (const wiring of readdirSync(results).filter((name) => existsSync(join(results, name, 'url')))) {
  const explained = readExpectations(wiring);
  for (const set of readdirSync(join(results, wiring)).filter((name) => existsSync(join(results, wiring, name, 'log.txt')))) {
    report(wiring, set, explained.get(set) ?? new Map(), explained.get(`${set}-weaker`) ?? new Map());
    explained.delete(set);
    explained.delete(`${set}-weaker`);
  }
  if (!isPart && explained.size > 0) faults.push(`${wiring}: failures are expected of ${[...explained.keys()].join(', ')}, which did not run`);
}

writeFileSync(join(results, 'misses.txt'), details.join('\n') + '\n');
printTable();
for (const line of weaker) console.log(`weaker than direct: ${line}`);
console.log(`\nEvery failed check: ${join(results, 'misses.txt')}`);
for (const fault of faults) console.log(`FAULT ${fault}`);
process.exit(faults.length > 0 || rows.length === 0 ? 1 : 0);

/** The sections of a wiring's file by set: scenario, or the beginning of some with a star, to reason. */
function readExpectations(wiring) {
  const file = join(expected, `${wiring}.yml`);
  const sections = new Map();
  let section;
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const entry = /^ {2}- (\S+) +# (.+)$/.exec(line);
    const head = /^"?([^\s"#:]+)"?:$/.exec(line);
    if (head) sections.set(head[1], (section = new Map()));
    else if (entry && section) section.set(entry[1], entry[2]);
    else if (line.trim() !== '' && !line.startsWith('#')) faults.push(`${file}: a line is not "  - scenario # reason": ${line}`);
  }
  return sections;
}

function report(wiring, set, explained, explainedWeaker) {
  const folder = join(results, wiring, set);
  const log = readFileSync(join(folder, 'log.txt'), 'utf8');
  const isClient = wiring.startsWith('client-');
  const unscored = readUnscored(set, isClient ? 'client' : 'server');
  const groups = new Map();
  const met = new Map();
  const ran = readRan(log, isClient);
  for (const scenario of ran) {
    const checks = isClient ? readClientChecks(folder, scenario) : readChecks(folder, `server-${scenario}`);
    const failed = checks.filter((check) => check.status === 'FAILURE');
    const entry = [...explained.keys()].find((key) => key === scenario || (key.endsWith('*') && scenario.startsWith(key.slice(0, -1))));
    if (entry) met.set(entry, met.get(entry) || failed.length > 0);
    const group = unscored.has(scenario) ? `${set} unscored` : set;
    if (!groups.has(group)) groups.set(group, { total: 0, misses: [] });
    const row = groups.get(group);
    row.total++;
    if (failed.length > 0) {
      row.misses.push(entry ?? `!${scenario}`);
      for (const check of failed) details.push(`${wiring} ${set} ${scenario} ${describe(check)}`);
      if (!entry) faults.push(`${wiring} ${set}: ${scenario} failed unexpectedly`);
    } else {
      const direct = countPassed(readChecks(join(results, `direct-${wiring.split('-')[0]}`, set), `server-${scenario}`));
      const passed = countPassed(checks);
      if (passed < direct) {
        const reason = explainedWeaker.get(scenario);
        weaker.push(`${wiring} ${set} ${scenario}, ${passed} checks of ${direct}: ${reason ?? '!'}`);
        if (!reason) faults.push(`${wiring} ${set}: ${scenario} checks less than direct, and nothing says why`);
      }
    }
  }
  if (!isPart) {
    for (const scenario of mustRun(wiring, set, isClient)) {
      if (!ran.has(scenario)) faults.push(`${wiring} ${set}: ${scenario} did not run`);
    }
    for (const scenario of explainedWeaker.keys()) {
      if (!ran.has(scenario)) faults.push(`${wiring} ${set}: ${scenario} is expected to check less than direct and did not run`);
    }
  }
  for (const entry of explained.keys()) {
    // Of many that begin alike a part may pass.
    if (met.get(entry) === false && !(isPart && entry.endsWith('*'))) faults.push(`${wiring} ${set}: ${entry} passes now; take it out of the expected failures`);
    if (!met.has(entry) && !isPart) faults.push(`${wiring} ${set}: ${entry} is expected to fail and did not run`);
  }
  // A scenario that was asked for by name need not be of every set.
  if (groups.size === 0 && !/^SKIPPED: |Unknown scenario/m.test(log)) faults.push(`${wiring} ${set}: nothing ran; see ${join(folder, 'log.txt')}`);
  for (const [name, row] of groups) rows.push([wiring, name, `${row.total - row.misses.length}/${row.total}`, nameOnce(row.misses)]);
}

function readRan(log, isClient) {
  return new Set([...log.matchAll(isClient ? /^Starting scenario: (.+)$/gm : /^Running client scenario '([^']+)' against/gm)].map((match) => match[1]));
}

/** What a revision requires, and what ran without the gateway if that was done too. */
function mustRun(wiring, set, isClient) {
  const requirements = join(results, `requirements-${set}.txt`);
  const required = existsSync(requirements) ? readRequired(requirements, isClient ? 'Client' : 'Server') : [];
  const direct = join(results, `direct-${wiring.split('-')[0]}`, set, 'log.txt');
  return new Set([...required, ...(!isClient && existsSync(direct) ? readRan(readFileSync(direct, 'utf8'), false) : [])]);
}

function readRequired(file, side) {
  const [, section = ''] = readFileSync(file, 'utf8').split(new RegExp(`^${side} scenarios .*:$`, 'm'));
  const names = [...section.split('\n\n')[0].matchAll(/^ {2}- (\S+)$/gm)].map((match) => match[1]);
  if (names.length === 0) faults.push(`${file}: no required ${side.toLowerCase()} scenario is named`);
  return names;
}

function nameOnce(misses) {
  const counts = Map.groupBy(misses, (miss) => miss);
  return [...counts].map(([miss, { length }]) => (length > 1 ? `${miss} (${length})` : miss)).join(' ');
}

/** What a scenario found; one that left nothing did not come to its end. */
function readChecks(folder, name) {
  const text = readResult(folder, name, 'checks.json');
  const checks = text ? JSON.parse(text) : [{ id: 'end', status: 'FAILURE', errorMessage: 'did not come to its end' }];
  if (countPassed(checks) === 0) checks.push({ id: 'nothing', status: 'FAILURE', errorMessage: 'nothing was checked successfully' });
  return checks;
}

function readClientChecks(folder, scenario) {
  const checks = readChecks(folder, scenario).map((check) => (check.status === 'WARNING' ? { ...check, status: 'FAILURE' } : check));
  const complaints = readResult(folder, scenario, 'stderr.txt');
  if (complaints) checks.push({ id: 'driver', status: 'FAILURE', errorMessage: complaints });
  return checks;
}

/** A file of a scenario's last run, whose folder is named after it and the time; its name can be a path. */
function readResult(folder, name, file) {
  const parent = dirname(join(folder, name));
  const runs = existsSync(parent) ? readdirSync(parent).filter((run) => run.startsWith(`${basename(name)}-2`)) : [];
  const path = runs.length > 0 && join(parent, runs.sort().at(-1), file);
  return path && existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function countPassed(checks) {
  return checks.filter((check) => check.status === 'SUCCESS').length;
}

function describe(check) {
  return `${check.id}: ${String(check.errorMessage ?? '').replaceAll(/\s+/g, ' ').slice(0, 300)}`;
}

/** The scenarios that a revision's set runs without counting them. */
function readUnscored(set, side) {
  const file = join(results, `requirements-${set}.txt`);
  const list = existsSync(file) ? readFileSync(file, 'utf8').split('never scored:')[1] ?? '' : '';
  return new Set([...list.matchAll(/- (\S+) \[(\w+)\]/g)].filter((match) => match[2] === side).map((match) => match[1]));
}

function printTable() {
  const all = [['wiring', 'set', 'passed', 'misses (! = unexpected)'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
