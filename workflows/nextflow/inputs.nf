// What the command line names, checked before any task starts: no plug-in is needed for it.

// A name that is safe as a part of file names, as a glob and in a shell.
def isId(id) {
    return id ==~ /[\p{L}\p{N}_][\p{L}\p{N}_ .+=@-]*/ && !id.endsWith(' ')
}

def refuse(problems) {
    if (problems) {
        error(problems.join('\n'))
    }
}

// An unknown --name is most often a misspelt one, whose default would hold unseen.
def checkParameters(given, known) {
    def unknown = given.keySet().findAll { name -> !(name in known) && !name.contains('-') }
    refuse(unknown.collect { name -> "--${name}: no such parameter; there are ${known.sort().collect { word -> '--' + word }.join(' ')}" })
}

def existing(option, path) {
    def found = file(path)
    if (found instanceof List || !found.exists()) {
        error("--${option}: no such file: ${path}")
    }
    return found
}

// The fields of a line; a separator counts where an even number of quotes follows it.
def fieldsOf(line, separator) {
    return line.split(separator + /(?=(?:[^"]*"[^"]*")*[^"]*$)/, -1).collect { field ->
        field.trim().replaceFirst(/^"(.*)"$/, '$1').replace('""', '"')
    }
}

// [meta, file, vcf_sample] of each line of a table with the columns sample, file and, for a VCF of several people, vcf_sample.
def peopleOfSheet(path) {
    def sheet = existing('input', path)
    def text = sheet.getText('UTF-8')
    if (text.startsWith('\uFEFF')) {
        text = text.substring(1)
    }
    if (text.contains('\r')) {
        error("${path}: expected Unix line ends, found those of Windows; convert it with: sed -i 's/\\r\$//' '${path}'")
    }
    def lines = text.split('\n', -1).toList()
    def head = lines[0]
    if (!head.contains(',') && !head.contains('\t') && head.contains(';')) {
        error("${path} line 1: expected columns separated by commas or tabs, found semicolons: ${head}")
    }
    def separator = head.contains('\t') ? '\t' : ','
    def columns = fieldsOf(head, separator)
    refuse((columns - ['sample', 'file', 'vcf_sample']).collect { column ->
        "${path} line 1: expected the columns sample, file and, for a VCF of several people, vcf_sample; found '${column}'"
    })
    refuse((['sample', 'file'] - columns).collect { column -> "${path} line 1: the column '${column}' is missing" })
    if (columns.toSet().size() < columns.size()) {
        error("${path} line 1: a column is there twice: ${head}")
    }
    def problems = []
    def seen = [:]
    def people = []
    lines.withIndex().drop(1).each { line, index ->
        if (line.trim()) {
            def at = "${path} line ${index + 1}"
            def values = fieldsOf(line, separator)
            if (values.size() != columns.size()) {
                problems << "${at}: expected ${columns.size()} columns, found ${values.size()}: ${line}"
            }
            else {
                def row = [columns, values].transpose().collectEntries { pair -> [(pair[0]): pair[1]] }
                def id = row.sample
                if (!id) {
                    problems << "${at}: the sample has no id"
                }
                else if (!isId(id)) {
                    problems << "${at}: the id '${id}' becomes part of file names: expected letters, digits and _ . + = @ - or blanks within it"
                }
                else if (seen.containsKey(id)) {
                    problems << "${at}: the id '${id}' is that of line ${seen[id]}, too; results are named after it"
                }
                seen[id] = index + 1
                // A sheet that lies beside its files can go anywhere with them.
                def genotypes = row.file ? (row.file.contains('://') ? file(row.file) : sheet.parent.resolve(row.file)) : null
                if (!genotypes) {
                    problems << "${at}: the file of '${id}' is missing"
                }
                else if (!genotypes.exists() || genotypes.isDirectory()) {
                    problems << "${at}: no such file: ${genotypes} (a relative path starts at the folder of the sheet)"
                }
                if (row.vcf_sample && row.vcf_sample.contains("'")) {
                    problems << "${at}: vcf_sample: quotes cannot be in it: ${row.vcf_sample}"
                }
                people << [[id: id], genotypes, row.vcf_sample ?: '']
            }
        }
    }
    refuse(problems)
    if (!people) {
        error("${path}: expected a line for each person behind the line of columns, found none")
    }
    return people
}

// The same of the files that match a glob, named after them.
def peopleOfGlob(glob) {
    def found = files(glob).sort { raw -> raw.name }
    if (!found) {
        error("--samples: no file matches ${glob}")
    }
    def people = found.collect { raw -> [[id: raw.baseName], raw, ''] }
    def names = people.groupBy { person -> person[0].id }
    refuse(names.findAll { _id, all -> all.size() > 1 }.collect { id, all ->
        "--samples: ${all.collect { person -> person[1].name }.join(' and ')} would both be called '${id}'; give them names by a sheet, --input"
    })
    refuse(names.keySet().findAll { id -> !isId(id) }.collect { id ->
        "--samples: the name of the file '${id}' cannot be that of results; name the person by a sheet, --input"
    })
    return people
}

// [meta, fasta, fai, gzi]; [] for an index that is not there.
def referenceOf(path) {
    def fasta = existing('reference', path)
    def beside = ['fai', 'gzi'].collect { suffix -> file("${path}.${suffix}") }
    return [[id: fasta.simpleName], fasta] + beside.collect { index -> index.exists() ? [index] : [[]] }.collect { one -> one[0] }
}

// exomes, and 2.1.1, of gnomad.exomes.r2.1.1.sites.1.vcf.bgz
def datasetOf(vcf) {
    return vcf.name.tokenize('.')[1]
}

def releaseOf(vcf) {
    return vcf.name.replaceFirst(/^gnomad\.[^.]*\.[rv]?/, '').replaceFirst(/\.sites\..*/, '')
}

// The file of 3.1 belongs to 3.1.2, too.
def isMitochondrial(vcf) {
    return vcf.name ==~ /.*\.(chr)?MT?\.vcf\.b?gz/
}

// The files of a store, or gnomAD's VCFs with what indexes they have. Of a folder that holds several data sets or
// releases, one must be named.
def gnomadOf(path, dataset, release) {
    def source = existing('gnomad', path)
    if (!source.isDirectory()) {
        return [source] + ['tbi', 'csi'].collect { suffix -> file("${path}.${suffix}") }.findAll { index -> index.exists() }
    }
    def entries = source.listFiles().sort { entry -> entry.name }
    def store = entries.findAll { entry -> entry.name.endsWith('.vdxg') }
    if (store) {
        return store
    }
    def official = entries.findAll { entry -> entry.name ==~ /gnomad\..*\.vcf\.b?gz/ }
    def chosen = official.findAll { vcf ->
        (!dataset || datasetOf(vcf) == dataset) && (!release || releaseOf(vcf) == release || isMitochondrial(vcf))
    }
    if (!chosen) {
        def wanted = [dataset, release].findAll().join(' ')
        error("--gnomad: ${path} holds no file of gnomAD${wanted ? ' ' + wanted : ''}, such as gnomad.exomes.v4.1.sites.chr1.vcf.bgz, nor a store")
    }
    def kinds = chosen.findAll { vcf -> !isMitochondrial(vcf) }.collect { vcf -> "${datasetOf(vcf)} ${releaseOf(vcf)}".toString() }.unique()
    if (kinds.size() > 1) {
        error("--gnomad: ${path} holds ${kinds.join(', ')}; choose by --gnomad_dataset and --gnomad_release")
    }
    def names = chosen.collect { vcf -> vcf.name }
    return entries.findAll { entry -> entry.name in names || entry.name.replaceFirst(/\.(tbi|csi)$/, '') in names }
}

// What an earlier run has published under the names that this run gives: a result that is there is one of this run. A store
// that is read is not one that is made.
def removeOld(outdir, ids, gnomad) {
    def steps = ['match', 'annotate', 'report']
    def perPerson = ids.collectMany { id ->
        [
            "findings/${id}.findings.tsv",
            "findings/${id}.report.html",
            "vcf/${id}.match.vcf.gz",
            "vcf/${id}.annotate.vcf.gz",
            steps.collect { step -> "stats/${id}.${step}.stats.json" },
            steps.collect { step -> "multiqc/${step}/${id}_mqc.json" },
        ].flatten()
    }
    def shared = [
        'cohort.findings.tsv',
        'clinvar/clinvar.norm.vcf.gz',
        'stats/clinvar.norm.stats.json',
        'multiqc/normalize/clinvar.norm_mqc.json',
        'pipeline_info/versions.yml',
    ]
    (perPerson + shared).each { name -> file("${outdir}/${name}").delete() }
    if (gnomad.any { entry -> !entry.name.endsWith('.vdxg') }) {
        files("${outdir}/gnomad.store/*.vdxg").each { part -> part.delete() }
    }
}
