# Counts the planted variants that the table of findings has, with the right zygosity.
#   awk -F'\t' -f truth.awk truth.tsv findings.tsv
# Exit status 1 if one is missing, wrong, or found where nothing was planted.
FNR == 1 {
    delete at
    for (i = 1; i <= NF; i++) at[$i] = i
    next
}
# The first file. What fits two records equally well must not be reported as found.
NR == FNR {
    word = $at["zygosity"]
    sub(/^het$/, "heterozygous", word)
    sub(/^hom$/, "homozygous", word)
    if ($at["match"] != "unresolved") { expected++; planted[$at["clinvar_id"]] = word }
    next
}
{
    id = $at["variation_id"]
    if (!(id in planted)) extra++
    else if (planted[id] == $at["zygosity"]) found++
    else wrong++
}
END {
    printf "Planted     %d of %d found", found, expected
    if (wrong) printf ", %d with another zygosity", wrong
    if (extra) printf ", %d not planted", extra
    printf "\n"
    exit found != expected || wrong || extra
}
