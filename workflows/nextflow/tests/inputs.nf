// Says what the checks of inputs.nf find in each sheet of --folder, and in what the other lines name; for the project's
// own tests.
include { checkParameters ; peopleOfSheet ; peopleOfGlob ; gnomadOf } from '../inputs'

def say(name, check) {
    try {
        println("${name}\t${check.call()}")
    }
    catch (Exception failure) {
        // A function that was called by its name throws what wraps the error.
        (failure.message ?: failure.cause.message).readLines().each { line -> println("${name}\t${line}") }
    }
}

workflow {
    files("${params.folder}/sheets/*").sort().each { sheet ->
        say(sheet.name, { peopleOfSheet(sheet.toString()).collect { meta, _file, name -> "${meta.id}${name ? ' is ' + name : ''}" } })
    }
    say('none', { peopleOfSheet("${params.folder}/nowhere.csv") })
    say('glob', { peopleOfGlob("${params.folder}/twice/*.*") })
    say('datasets', { gnomadOf("${params.folder}/gnomad", null, null) })
    say('exomes', { gnomadOf("${params.folder}/gnomad", 'exomes', null).collect { entry -> entry.name } })
    say('joint', { gnomadOf("${params.folder}/gnomad", 'joint', null) })
    say('parameters', { checkParameters([gnomd: 1, outdir: 2], ['gnomad', 'outdir']) })
}
