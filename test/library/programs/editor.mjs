/**
 * The language service that editors ask, with one program open: `editor.mjs <file> <questions>`. Answers on stdout as JSON.
 *   hover       words in the file: what is shown over the last one of them
 *   complete    [words, member]: the members that may be typed behind the words, and what is said of this one
 *   undeclared  (nothing asked) members of what the file exports, however deep, that are declared nowhere
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// The compiler that ts-json-schema-generator brings: the one that we compile with has no interface for programs.
const ts = createRequire(require.resolve('ts-json-schema-generator'))('typescript');

const [file, questions] = process.argv.slice(2);
const { hover = [], complete = [] } = JSON.parse(questions);
const source = ts.sys.readFile(file);
const service = ts.createLanguageService({
  getCompilationSettings: () => ({
    ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, strict: true, noEmit: true, types: [] },
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
  }),
  getScriptFileNames: () => [file],
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => {
    const text = ts.sys.readFile(name);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  getCurrentDirectory: () => process.cwd(),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  readFile: ts.sys.readFile,
  fileExists: ts.sys.fileExists,
  directoryExists: ts.sys.directoryExists,
});
const textOf = (parts) => ts.displayPartsToString(parts);

/** Where the words end. */
function behind(words) {
  const index = source.indexOf(words);
  if (index < 0) throw new Error(`nowhere: ${words}`);
  return index + words.length;
}

function hoverOver(words) {
  const info = service.getQuickInfoAtPosition(file, behind(words) - 1);
  return [textOf(info?.displayParts), textOf(info?.documentation)];
}

function completeBehind([words, name]) {
  const position = behind(words);
  const names = service.getCompletionsAtPosition(file, position, undefined)?.entries.map((each) => each.name);
  return { names, documentation: textOf(service.getCompletionEntryDetails(file, position, name)?.documentation) };
}

function undeclared() {
  const program = service.getProgram();
  const checker = program.getTypeChecker();
  const seen = new Set();
  const members = [];
  const visit = (type, path) => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.isUnion()) for (const each of type.types) visit(each, path);
    else if (checker.isArrayType(type) || checker.isTupleType(type)) {
      for (const each of checker.getTypeArguments(type)) visit(each, `${path}[]`);
    } else if ((type.flags & ts.TypeFlags.Object || type.isIntersection()) && type.symbol?.name !== 'Uint8Array') {
      for (const property of type.getProperties()) {
        if ((property.declarations ?? []).length === 0) members.push(`${path}.${property.name}`);
        visit(checker.getTypeOfSymbol(property), `${path}.${property.name}`);
      }
    }
  };
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  for (const each of exported) visit(checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(each)), each.name);
  return { members, types: seen.size };
}

console.log(
  JSON.stringify({ hover: hover.map(hoverOver), complete: complete.map(completeBehind), undeclared: undeclared() }),
);
