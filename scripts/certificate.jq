# What scripts/verify and scripts/certificate know of a certificate: jq -L scripts 'include "certificate"; …'

# Text for a terminal, and for a file that is the same bytes whatever version of jq writes it.
def clean: gsub("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"; "?");

def is_text: type == "string";
def is_count: type == "number" and . >= 0 and . == floor;
def is_hash: is_text and test("\\A[0-9a-f]{64}\\z");
def is_time: is_text and test("\\A\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?\\z");
def is_moment: . == "-infinity" or . == "infinity" or is_time;
def is_object(names): type == "object" and keys == (names | sort);

def is_certificate:
    is_object(["certificate", "sha256", "previous", "signed_by", "passed", "time", "window", "verified_from", "verified_through",
               "inputs", "options", "kafka", "checks", "digest", "versions"])
    and .certificate == "order-replay 1"
    and (.sha256 | is_hash)
    and (.previous | . == null or is_hash)
    and (.signed_by | . == null or (is_text and test("\\ASHA256:[A-Za-z0-9+/]{43}\\z")))
    and (.time | is_text and endswith("Z") and (.[:-1] | is_time))
    and (.window | is_object(["from", "to"]) and (.from | is_moment) and (.to | is_moment))
    and (.verified_from | is_moment)
    and (.verified_through | . == null or is_moment)
    and (.inputs | is_object(["orders", "customers", "items", "lifecycle"]) and .orders != null and .lifecycle != null
         and (.orders.rejected | is_count)
         and (del(.orders.rejected) | all(.[] | values; is_object(["name", "sha256", "rows"]) and (.name | is_text) and (.sha256 | is_hash) and (.rows | is_count))))
    and (.options | is_object(["as_of", "timestamp_formats", "delimiter"]) and (.as_of | . == null or is_time)
         and (.timestamp_formats | type == "array" and all(.[]; is_text)) and (.delimiter | . == null or is_text))
    and (.kafka | is_object(["cluster_id", "topic_id", "topic", "group", "compared", "partitions"])
         and (.topic | is_text) and (.group | is_text) and (.compared | type == "boolean")
         and (.cluster_id | . == null or is_text) and (.topic_id | . == null or is_text)
         and (.partitions | type == "array"
              and all(.[]; is_object(["partition", "log", "first", "next", "low", "high"]) and all(.[]; . == null or is_count))))
    and (.checks | type == "array" and length > 0
         and all(.[]; is_object(["name", "passed", "compared", "differences"])
                 and (.name | is_text) and (.passed | type == "boolean") and (.compared | is_text) and (.differences | is_count)))
    and .passed == (.checks | all(.passed))
    and (.digest | is_text and test("\\A[0-9a-f]{16}\\z"))
    and (.versions | is_object(["product", "schema", "postgresql"]) and (.product | is_text) and (.schema | is_count) and (.postgresql | is_text))
    and (if .passed then .verified_through == .window.to else .verified_through == null or .previous != null end)
    and (.previous != null or .verified_from == .window.from);

# Why a certificate does not follow another one; nothing where it does.
def does_not_follow($previous):
    if .previous != $previous.sha256 then "it was made after another certificate, or after none"
    elif [.kafka.topic, .kafka.group] != [$previous.kafka.topic, $previous.kafka.group] then "its topic or group is another one"
    elif .inputs.lifecycle.sha256 != $previous.inputs.lifecycle.sha256 then "its lifecycle file is another one"
    elif ([.kafka.cluster_id, $previous.kafka.cluster_id] | all(.[]; . != null) and .[0] != .[1]) then "its Kafka cluster is another one"
    elif $previous.verified_through == null then "nothing is verified yet that it could follow"
    elif $previous.verified_through == "infinity" then "that one has no end, which --to gives, so nothing follows it"
    elif .window.from != $previous.verified_through then "its window begins at \(.window.from), that one is verified through \($previous.verified_through)"
    elif .verified_from != $previous.verified_from then "that one is verified from \($previous.verified_from), not from \(.verified_from)"
    elif (.passed | not) and .verified_through != $previous.verified_through then "it failed, but is verified further than that one"
    else empty end;

def failed: [.checks[] | select(.passed | not).name] | "FAILED: \(join(", "))";
def result: if .passed then "passed, \(.checks | length) checks" else failed end;
def moment: if . == "-infinity" then "the beginning" elif . == "infinity" then "the end" else . end;
def verified: if .verified_through == null then "nothing" else "\(.verified_from | moment) to \(.verified_through | moment)" end;
def signer: if .signed_by then "signed by \(.signed_by)" else "unsigned" end;

def offsets: if . == null then "?" else "\(.)" end;
def show:
    def row($name): "\($name + "              " | .[:13])\(. | clean)";
    (.sha256 | row("certificate")),
    ("\(.time), order-replay \(.versions.product), schema \(.versions.schema), PostgreSQL \(.versions.postgresql)" | row("made")),
    (if .signed_by then .signed_by else "nobody" end | row("signed by")),
    (result | row("result")),
    ("\(.window.from | moment) to \(.window.to | moment)" | row("window")),
    (verified + if .previous then ", after certificate \(.previous)" else "" end | row("verified")),
    (.inputs | ("orders", "customers", "items", "lifecycle") as $name | .[$name] | values
        | "\(.name), \(.rows) rows\(if .rejected then ", \(.rejected) rejected" else "" end), SHA-256 \(.sha256)" | row($name)),
    (.options | to_entries[] | select(.value != null and .value != []) | "\(.key) \(.value)" | row("option")),
    (.kafka | "\(.topic), group \(.group), cluster \(.cluster_id // "unknown"), topic id \(.topic_id // "unknown")" | row("topic")),
    (.kafka | .compared as $compared | .partitions[] |
        "\(.partition) log \(.log | offsets): read \(.first | offsets) to \(.next | offsets)\(if $compared then ", in Kafka \(.low | offsets) to \(.high | offsets)" else "" end)" | row("partition")),
    (.digest | row("digest"));
