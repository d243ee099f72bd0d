//! What is attached can be read, and comes off again without a trace.
use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Layer, State, attach, detach};
use crate::{Template, WRAPPER};

const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:layer:tollgate-x86_64:1";

fn template(text: &str) -> Template {
    Template::read("template.yaml", text).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"))
}

/// Attaches, holds every function against it, detaches; gives the text in between.
fn round(text: &str, layer: &Layer) -> String {
    let before = template(text);
    let attached = attach(&before, layer, &[]).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
    let after = template(&attached.text);
    for (function, outcome) in after.functions().iter().zip(&attached.outcomes) {
        if outcome.state == State::Attached {
            assert!(function.layers().iter().any(|one| super::is_ours(one)), "{}", attached.text);
            let variable = function.variable(super::WRAPPER_VARIABLE).unwrap();
            assert_eq!(variable.value.text(), Some(WRAPPER));
        }
    }
    for function in before.functions() {
        let now = after.functions().into_iter().find(|one| one.id() == function.id()).unwrap();
        assert_eq!(now.handler(), function.handler());
        assert_eq!(now.timeout_s(), function.timeout_s());
        for variable in function.environment() {
            let same = now.variable(&variable.key).unwrap();
            assert_eq!(same.value.in_words(), variable.value.in_words());
        }
    }
    let again = attach(&after, layer, &[]).unwrap();
    assert_eq!(again.text, attached.text, "a second time changes nothing");
    if attached.text != text {
        assert_eq!(
            detach(&after).unwrap().as_deref(),
            Some(text),
            "in between:\n{}",
            attached.text
        );
    }
    attached.text
}

fn both(text: &str) {
    for layer in [Layer::Arn(ARN.to_owned()), Layer::Named("TollgateLayerArn".to_owned())] {
        round(text, &layer);
        round(&text.replace('\n', "\r\n"), &layer);
        // A file may end without a line break.
        round(text.trim_end(), &layer);
    }
}

#[test]
fn globals_are_made_where_they_reach_all() {
    let text = "\
Transform: AWS::Serverless-2016-10-31

# All of it.
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties: { Handler: a.b, Runtime: python3.13 }
";
    both(text);
    let wanted = "\
Transform: AWS::Serverless-2016-10-31

Globals:
  Function:
    Layers:
      - arn:aws:lambda:eu-west-1:123456789012:layer:tollgate-x86_64:1
    Environment:
      Variables:
        AWS_LAMBDA_EXEC_WRAPPER: /opt/tollgate/exec

Metadata:
  TollgateAttached:
    Layer: arn:aws:lambda:eu-west-1:123456789012:layer:tollgate-x86_64:1
    Added:
      - Metadata
      - Globals

# All of it.
Resources:
";
    let attached = round(text, &Layer::Arn(ARN.to_owned()));
    assert!(attached.starts_with(wanted), "{attached}");
}

#[test]
fn every_layout_survives() {
    both(concat!(
        "# c\nGlobals:\n  Function: # all\n    # first\n    Timeout: 3\n    Layers:\n    - a # one\n",
        "    # two\n    - b\n    Environment: {Variables: {A: !Sub 'x-${B}', } } # d\n",
        "Parameters: {B: {Type: String}}\n",
        "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: &p\n",
        "      Handler: >-\n        a.b\n      Layers: [ x, ]\n  B:\n",
        "    Type: AWS::Serverless::Function\n    Properties:\n      <<: *p\n      Handler: c.d\n",
        "Metadata:\n  Other: 1\n",
    ));
    both(concat!(
        "Resources:\n    Ä:\n        Type: AWS::Lambda::Function\n        Properties:\n",
        "            # ünï ✓\n            Runtime: nodejs22.x\n            Environment:\n",
        "                Variables:\n                    A: !GetAtt B.Arn\n",
        "    B:\n        Type: AWS::Lambda::Function\n        Properties:\n",
        "            Environment: &e\n                Variables: {}\n            Layers: []\n",
        "    C: {Type: AWS::Lambda::Function, Properties: {Environment: {}}}\n",
        "    D:\n        Type: AWS::Lambda::Function\n        Properties: {}\n",
    ));
    both(
        "{\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"AWS::Lambda::Function\",\n      \"Properties\": {\n        \"Runtime\": \"java21\"\n      }\n    }\n  }\n}\n",
    );
    both("{\"Resources\":{\"A\":{\"Type\":\"AWS::Serverless::Function\",\"Properties\":{}}}}");
    both(
        "{\n\t\"Resources\": {\n\t\t\"A\": {\n\t\t\t\"Type\": \"AWS::Serverless::Function\",\n\t\t\t\"Properties\": {\n\t\t\t\t\"Layers\": [\n\t\t\t\t\t\"x\"\n\t\t\t\t]\n\t\t\t}\n\t\t}\n\t}\n}\n",
    );
}

#[test]
fn what_is_left_out_is_filled_and_left_out_again() {
    let functions = "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.13}\n";
    for empty in [
        "Globals:",
        "Globals: ",
        "Globals: # c",
        "Globals: ~",
        "Globals: null # c",
        "Globals:\n  # c",
    ] {
        both(&format!("{empty}\n{functions}"));
        both(&format!("{functions}{empty}\n"));
    }
    both(&format!("Globals:\n  Function:\n  Api:\nMetadata:\nParameters:\n{functions}"));
    both(&format!("Globals: {{Function: }}\nMetadata: # m\nParameters: ~ # p\n{functions}"));
    both(&format!("Globals: {{Api: , Function: null }}\n# end\n{functions}Metadata:   \n"));
    let head = "Resources:\n  A:\n    Type: AWS::Lambda::Function\n";
    for properties in [
        "",
        "    Properties:\n",
        "    Properties: # c\n      # d\n",
        "    Properties: {Layers: , Environment: ~}\n",
        "    Properties:\n      Layers:\n      Environment:\n        Variables:\n",
        "    Properties:\n      Environment: # c\n      Layers: Null\n      # d\n\n",
        "    Properties:\n      Environment: &e {Variables: }\n",
    ] {
        both(&format!("{head}{properties}"));
        both(&format!("---\n# head\n{head}{properties}Outputs:\n  # none yet\n"));
    }
    for json in [
        r#"{"Globals": null, "Metadata": null, "Resources": {"A": {"Type": "AWS::Serverless::Function"}}}"#,
        r#"{"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {"Layers": null, "Environment": {"Variables":null}}}}}"#,
        "{\n\t\"Resources\": {\n\t\t\"A\": {\n\t\t\t\"Type\": \"AWS::Lambda::Function\",\n\t\t\t\"Properties\": null\n\t\t}\n\t}\n}",
    ] {
        both(json);
    }
}

#[test]
fn what_cannot_be_filled_is_named_with_its_place() {
    let head = "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties:";
    for (properties, place) in [
        ("\n      Layers: &l\n", "5:7"),
        ("\n      Layers: !!null\n", "5:7"),
        (" {Layers:,}\n", "4:18"),
        ("\n      ? Layers\n", "5:9"),
    ] {
        let text = format!("{head}{properties}");
        let wrong = attach(&template(&text), &Layer::Arn(ARN.to_owned()), &[]).unwrap_err();
        let wanted =
            format!("template.yaml:{place}: cannot fill `Resources.A.Properties.Layers` here");
        assert!(wrong.to_string().starts_with(&wanted), "{wrong}\n{text}");
    }
}

#[test]
fn one_function_after_another_comes_off_at_once() {
    let text =
        "Resources:\n  A: {Type: AWS::Lambda::Function}\n  B: {Type: AWS::Lambda::Function}\n";
    let metadata = ["", "Metadata:\n", "Metadata:\n  Mine: 1\n", "Metadata: {}\n", "Metadata: ~\n"];
    for metadata in metadata {
        let text = format!("{metadata}{text}");
        let layer = Layer::Named("TollgateLayerArn".to_owned());
        let first = attach(&template(&text), &layer, &["A".to_owned()]).unwrap();
        let second = attach(&template(&first.text), &layer, &["B".to_owned()]).unwrap();
        let detached = detach(&template(&second.text)).unwrap();
        assert_eq!(detached.as_deref(), Some(text.as_str()), "{}", second.text);
    }
}

#[test]
fn what_somebody_adds_to_ours_stays_without_ours() {
    let text = "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.13}\n";
    let layer = Layer::Named("TollgateLayerArn".to_owned());
    let mut attached = round(text, &layer);
    for (ours, theirs) in [
        ("Metadata:\n", "  Mine: 1\n"),
        ("Parameters:\n", "  Stage: {Type: String}\n"),
        ("  Function:\n", "    Timeout: 3\n"),
    ] {
        attached = attached.replacen(ours, &format!("{ours}{theirs}"), 1);
    }
    let detached = detach(&template(&attached)).unwrap().unwrap();
    assert!(!detached.to_lowercase().contains("tollgate"), "{detached}");
    for theirs in ["  Mine: 1\n", "  Stage: {Type: String}\n", "    Timeout: 3\n"] {
        assert!(detached.contains(theirs), "{detached}");
    }
}

#[test]
fn what_a_template_cannot_say_is_left_to_a_person() {
    let text = "\
Resources:
  A: {Type: AWS::Lambda::Function, Properties: {PackageType: Image}}
  B: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023}}
  C:
    Type: AWS::Lambda::Function
    Properties:
      Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/other}}
";
    let attached = attach(&template(text), &Layer::Arn(ARN.to_owned()), &[]).unwrap();
    let hints: Vec<_> = attached.outcomes.iter().map(|one| format!("{:?}", one.state)).collect();
    for (hint, part) in hints.iter().zip(["image", "custom runtime", "`/opt/other`"]) {
        assert!(hint.starts_with("ByHand") && hint.contains(part), "{hint}");
    }
    // The custom runtime needs the layer beside its shim; the others are left alone.
    assert_eq!(attached.text.matches("Layers").count(), 2, "{}", attached.text);
    assert_eq!(detach(&template(&attached.text)).unwrap().as_deref(), Some(text));
}

#[test]
fn a_shared_alias_is_refused_and_named() {
    let text = "\
Resources:
  A:
    Type: AWS::Lambda::Function
    Properties: {Environment: &e {Variables: {A: b}}}
  B:
    Type: AWS::Lambda::Function
    Properties:
      Layers: !If [X, [a], [b]]
";
    let wrong = attach(&template(text), &Layer::Arn(ARN.to_owned()), &[]).unwrap_err();
    let wanted = "template.yaml:8:19: cannot add to `Resources.B.Properties.Layers` here: it is no \
                  plain mapping or sequence; do this one by hand";
    assert_eq!(wrong.to_string(), wanted);
}

#[test]
fn one_function_can_be_named_and_a_slip_is_pointed_out() {
    let text = "Resources:\n  Orders: {Type: AWS::Serverless::Function, Properties: {}}\n  Other: {Type: AWS::Serverless::Function, Properties: {}}\n";
    let layer = Layer::Arn(ARN.to_owned());
    let attached = attach(&template(text), &layer, &["Orders".to_owned()]).unwrap();
    let after = template(&attached.text);
    let layers: Vec<_> = after.functions().iter().map(|one| one.layers().len()).collect();
    assert_eq!(layers, [1, 0]);
    let wrong = attach(&template(text), &layer, &["Order".to_owned()]).unwrap_err();
    assert!(wrong.to_string().ends_with("no function `Order`; did you mean `Orders`?"), "{wrong}");
}

#[test]
fn a_later_change_is_kept_when_detaching() {
    let text =
        "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n";
    let attached = round(text, &Layer::Arn(ARN.to_owned()));
    let changed = attached.replace("        - arn:", "        - mine # kept\n        - arn:");
    let changed = changed.replace("Handler: a.b", "Handler: c.d # new");
    let detached = detach(&template(&changed)).unwrap().unwrap();
    assert!(!detached.contains("tollgate"), "{detached}");
    assert!(detached.contains("c.d # new") && detached.contains("- mine # kept"), "{detached}");
}

/// A function's properties in some layout.
fn properties() -> impl Strategy<Value = String> {
    let layers = prop_oneof![
        Just(String::new()),
        Just("      Layers: [a, !Ref B] # c\n".to_owned()),
        Just("      Layers:\n      # c\n      - a\n".to_owned()),
        Just("      Layers:\n        - !Ref A\n        # end\n".to_owned()),
        Just("      Layers: []\n".to_owned()),
        Just("      Layers: \t# none\n".to_owned()),
        Just("      Layers: ~\n".to_owned()),
        Just("      Layers: &layers # c\n      - !Sub '${A}'\n".to_owned()),
    ];
    let environment = prop_oneof![
        Just(String::new()),
        Just("      Environment:\n        Variables: { A: b }\n".to_owned()),
        Just("      Environment:\n        # c\n        Variables: # d\n          A: |\n            text\n\n".to_owned()),
        Just("      Environment: {}\n".to_owned()),
        Just("      Environment:\n".to_owned()),
        Just("      Environment:\n        Variables: # none\n".to_owned()),
        Just("      Environment: {Variables: }\n".to_owned()),
        Just("      Environment: &env\n        Variables: &vars\n          A: !GetAtt B.C\t# tab\n".to_owned()),
        Just("      Environment: {Variables: {\n        A: 'b', # c\n        C: \"d}\"\n        }}\n".to_owned()),
    ];
    let others = prop_oneof![
        Just("      Handler: a.b # é\n".to_owned()),
        Just("      # before\n\n      Handler: \"a.b\"\n".to_owned()),
        Just("      Description: >\n        folded\n        text\n".to_owned()),
        Just("      Timeout: 3\n      Tags: &tags { a: b }\n".to_owned()),
    ];
    (others, layers, environment, any::<bool>()).prop_map(|(others, layers, environment, last)| {
        if last {
            format!("{layers}{environment}{others}")
        } else {
            format!("{others}{layers}{environment}")
        }
    })
}

proptest! {
    #[test]
    fn attaching_and_detaching_leaves_no_trace(
        functions in proptest::collection::vec((properties(), any::<bool>()), 1..4),
        head in prop_oneof![
            Just(""),
            Just("# c\n\n"),
            Just("Parameters:\n  P: {Type: String}\n\n# r\n"),
            Just("Globals:\n  Function:\n    Timeout: 3\n"),
            Just("Globals: {Api: {}}\nMetadata: {}\n"),
            Just("---\nGlobals:\nMetadata: ~ # m\nParameters:\n"),
            Just("%YAML 1.2\n---\nGlobals: {Function: }\nMetadata:\n  # none\n\n"),
            Just("\u{feff}# marked\nGlobals:\n    Function: &f\n        Timeout: 3\n"),
        ],
        tail in prop_oneof![
            Just(""),
            Just("\n\n# end\n"),
            Just("Outputs:\n"),
            Just("...\n"),
            Just("Mappings:\n\t\n  M: {N: {O: !!str 1}}\n# no break at the end"),
        ],
        cut in any::<bool>(),
        crlf in any::<bool>(),
        named in any::<bool>(),
    ) {
        let mut text = format!("{head}Resources:\n");
        for (number, (properties, serverless)) in functions.iter().enumerate() {
            let kind = if *serverless { "Serverless" } else { "Lambda" };
            let properties = ["&tags", "&layers", "&env", "&vars"].iter().fold(properties.clone(), |text, anchor| {
                text.replace(anchor, &format!("{anchor}{number}"))
            });
            write!(
                text,
                "  F{number}:\n    Type: AWS::{kind}::Function\n    Properties: # p\n{properties}"
            ).unwrap();
        }
        text.push_str(tail);
        let text = if cut { text.trim_end().to_owned() } else { text };
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let layer = if named { Layer::Named("TollgateLayerArn".to_owned()) } else { Layer::Arn(ARN.to_owned()) };
        round(&text, &layer);
    }
}
