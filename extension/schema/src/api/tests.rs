//! Requests against documents, feature by feature.
use super::*;
use proptest::prelude::*;

/// A document of version 3.0 with these paths and components, in YAML.
fn api(paths: &str) -> Api {
    api_of("3.0.3", paths)
}

fn api_of(version: &str, paths: &str) -> Api {
    let text = format!("openapi: {version}\ninfo: {{title: t, version: '1'}}\n{paths}");
    Api::compile("api.yaml", &text, &mut |_| Err("no file".to_owned())).unwrap()
}

fn defects(text: &str) -> Vec<String> {
    let result = Api::compile("api.yaml", text, &mut |_| Err("no file".to_owned()));
    result.unwrap_err().iter().map(ToString::to_string).collect()
}

fn request<'a>(method: &'a str, target: &'a str) -> Request<'a> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let query = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    Request { method, path, query, ..Request::default() }
}

/// The violation of a request as `check at keyword`; empty for none.
fn check(api: &Api, request: &Request<'_>) -> String {
    match api.check(request) {
        Ok(_) => String::new(),
        Err(violation) => {
            let ApiViolation { check, at, keyword, .. } = violation;
            format!("{check} {at} {keyword}")
        }
    }
}

fn expect(api: &Api, cases: &[(&str, &str)]) {
    for (target, expected) in cases {
        let (method, target) = target.split_once(' ').unwrap();
        assert_eq!(check(api, &request(method, target)), *expected, "{method} {target}");
    }
}

#[test]
fn unknown_routes_and_methods_are_refused() {
    let api = api(
        "servers: [{url: 'https://example.com/v1'}, {url: '/{stage}/v2', variables: {stage: {default: test, enum: [test, prod]}}}]
paths:
  /orders: {get: {operationId: list}, x-note: {}}
  /orders/{id}: {parameters: [{name: id, in: path, required: true, schema: {type: integer}}], get: {operationId: read}, delete: {}}
  /files/{proxy+}: {x-amazon-apigateway-any-method: {}, post: {operationId: upload}}
  /own: {servers: [{url: /other}], get: {}}
",
    );
    expect(
        &api,
        &[
            ("GET /v1/orders", ""),
            ("GET /test/v2/orders", ""),
            ("GET /prod/v2/orders/7", ""),
            ("GET /stage/v2/orders", "schema.route  path"),
            ("GET /orders", "schema.route  path"),
            ("POST /v1/orders", "schema.route  method"),
            ("get /v1/orders", "schema.route  method"),
            ("GET /v1/orders/x", "schema.parameter /path/id type"),
            ("GET /v1/orders/1.5", "schema.parameter /path/id type"),
            ("GET /v1/orders/", "schema.route  path"),
            ("PATCH /v1/files/a/b", ""),
            ("GET /other/own", ""),
            ("GET /v1/own", "schema.route  path"),
            ("GET /v1/orders?x=1", "schema.parameter /query/x unknown"),
            ("GET /v1/orders?a%20b=1", "schema.parameter /query/* unknown"),
        ],
    );
    let mut with_stage = request("GET", "/stage/v1/orders");
    with_stage.base_path = "/stage";
    assert_eq!(check(&api, &with_stage), "");
    let matched = api.check(&request("POST", "/v1/files/a")).unwrap();
    assert_eq!(matched, Matched { route: "/files/{proxy+}", operation: Some("upload") });
    assert_eq!(api.notes().len(), 2, "{:?}", api.notes());
}

#[test]
fn query_parameters_of_every_style() {
    let api = api(
        "paths:
  /a:
    get:
      parameters:
      - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      - {name: q, in: query, required: true, schema: {type: string, minLength: 1, pattern: '^[a-z0-9]*$'}}
      - {name: flag, in: query, allowEmptyValue: true, schema: {type: boolean}}
      - {name: ids, in: query, schema: {type: array, items: {type: integer}, maxItems: 3}}
      - {name: csv, in: query, explode: false, schema: {type: array, items: {type: string, maxLength: 2}}}
      - {name: pipes, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
      - {name: deep, in: query, style: deepObject, explode: true, schema: {type: object, additionalProperties: false, properties: {from: {type: integer}, to: {type: integer}}}}
      - {name: json, in: query, content: {application/json: {schema: {type: object, required: [a]}}}}
      - {name: mixed, in: query, schema: {oneOf: [{type: integer}, {type: string, enum: [all, '7x']}]}}
  /b:
    get:
      parameters:
      - {name: filter, in: query, schema: {type: object, additionalProperties: false, properties: {color: {type: string}, size: {type: integer}}}}
  /k: {get: {}}
components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}
",
    );
    expect(
        &api,
        &[
            ("GET /a?q=x&limit=10", ""),
            ("GET /a", "schema.parameter /query/q required"),
            ("GET /a?q=", "schema.parameter /query/q minLength"),
            ("GET /a?q=7", ""),
            ("GET /a?q=x&q=y", "schema.parameter /query/q duplicate"),
            ("GET /a?q=A", "schema.parameter /query/q pattern"),
            ("GET /a?q=x&limit=ten", "schema.parameter /query/limit type"),
            ("GET /a?q=x&limit=101", "schema.parameter /query/limit maximum"),
            ("GET /a?q=x&limit=+1", "schema.parameter /query/limit type"),
            ("GET /a?q=x&limit=99999999999999999999999", "schema.parameter /query/limit maximum"),
            ("GET /a?q=x&flag=true", ""),
            ("GET /a?q=x&flag=", ""),
            ("GET /a?q=x&flag=yes", "schema.parameter /query/flag type"),
            ("GET /a?q=x&ids=1&ids=2", ""),
            ("GET /a?q=x&ids=1", ""),
            ("GET /a?q=x&ids=1&ids=x", "schema.parameter /query/ids/1 type"),
            ("GET /a?q=x&ids=1&ids=2&ids=3&ids=4", "schema.parameter /query/ids maxItems"),
            ("GET /a?q=x&csv=a,bb", ""),
            ("GET /a?q=x&csv=a,bbb", "schema.parameter /query/csv/1 maxLength"),
            ("GET /a?q=x&pipes=1|2", ""),
            ("GET /a?q=x&deep[from]=1&deep[to]=2", ""),
            ("GET /a?q=x&deep[from]=a", "schema.parameter /query/deep/from type"),
            ("GET /a?q=x&deep[other]=1", "schema.parameter /query/deep/other additionalProperties"),
            ("GET /a?q=x&deep[from]=1&deep[from]=2", "schema.parameter /query/deep duplicate"),
            ("GET /a?q=x&json={\"a\":1}", ""),
            ("GET /a?q=x&json={}", "schema.parameter /query/json required"),
            ("GET /a?q=x&json={", "schema.parameter /query/json json"),
            ("GET /a?q=x&mixed=7", ""),
            ("GET /a?q=x&mixed=7x", ""),
            ("GET /a?q=x&mixed=8x", "schema.parameter /query/mixed oneOf"),
            ("GET /b?color=red&size=3", ""),
            ("GET /b?color=red&size=big", "schema.parameter /query/filter/size type"),
            ("GET /b?colour=red", "schema.parameter /query/colour unknown"),
            ("GET /k?api_key=secret", ""),
        ],
    );
}

#[test]
fn headers_cookies_and_path_styles() {
    let api = api(
        "paths:
  /a/{ids}/{point}:
    get:
      parameters:
      - {name: ids, in: path, required: true, style: label, explode: true, schema: {type: array, items: {type: integer}}}
      - {name: point, in: path, required: true, style: matrix, explode: true, schema: {type: object, properties: {x: {type: integer}}}}
      - {name: X-Trace, in: header, required: true, schema: {type: string, format: uuid}}
      - {name: X-List, in: header, schema: {type: array, items: {type: integer}}}
      - {name: Authorization, in: header, required: true, schema: {type: integer}}
      - {name: session, in: cookie, schema: {type: string, minLength: 3}}
",
    );
    let uuid = ("x-trace".into(), "2eb8aa08-aa98-11ea-b4aa-73b441d16380".into());
    let with = |target: &'static str, headers: &[(&'static str, &'static str)]| {
        let mut request = request("GET", target);
        request.headers.push(uuid.clone());
        let more = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        request.headers.extend(more);
        check(&api, &request)
    };
    let path = "/a/.1.2/;x=1";
    assert_eq!(check(&api, &request("GET", path)), "schema.parameter /header/X-Trace required");
    for (target, headers, expected) in [
        (path, &[][..], ""),
        (path, &[("X-TRACE", "x")], "schema.parameter /header/X-Trace duplicate"),
        (path, &[("x-list", "1, 2"), ("x-list", "3")], ""),
        (path, &[("x-list", "1, b")], "schema.parameter /header/X-List/1 type"),
        (path, &[("unknown", "1")], ""),
        (path, &[("Cookie", "a=b; session=abc")], ""),
        (path, &[("Cookie", "session=ab")], "schema.parameter /cookie/session minLength"),
        (
            path,
            &[("Cookie", "session=abc; session=abd")],
            "schema.parameter /cookie/session duplicate",
        ),
        ("/a/1.2/;x=1", &[], "schema.parameter /path/ids style"),
        ("/a/.1.b/;x=1", &[], "schema.parameter /path/ids/1 type"),
        ("/a/.1/;x=a", &[], "schema.parameter /path/point/x type"),
    ] {
        assert_eq!(with(target, headers), expected, "{target} {headers:?}");
    }
}

/// A document whose operations take bodies.
const BODIES: &str = "paths:
  /a:
    post:
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Order'}}
          application/x-www-form-urlencoded:
            schema: {type: object, required: [n], additionalProperties: false, properties: {n: {type: integer}, tags: {type: array, items: {type: string}}, o: {type: object, required: [k]}}}
          text/*: {schema: {type: string, maxLength: 3}}
          application/xml: {schema: {type: object}}
    get: {}
  /b: {post: {requestBody: {content: {'*/*': {}}}}}
components:
  schemas:
    Order:
      type: object
      required: [id, at, note]
      properties:
        id: {type: string, readOnly: true}
        at: {type: string, format: date-time}
        note: {type: string, nullable: true}
        count: {type: integer, minimum: 0, exclusiveMinimum: true, format: int32}
";

#[test]
fn bodies_and_their_media_types() {
    let api = api(BODIES);
    let sent = |method: &'static str,
                path: &'static str,
                kind: Option<&'static str>,
                body: &'static [u8]| {
        let mut request = request(method, path);
        request.headers.extend(kind.map(|kind| ("Content-Type".into(), kind.into())));
        request.body = Some(body);
        check(&api, &request)
    };
    let json = Some("application/json; charset=utf-8");
    let form = Some("application/x-www-form-urlencoded");
    let order: &[u8] = br#"{"at":"2024-01-01T00:00:00Z","note":null}"#;
    for (kind, body, expected) in [
        (json, order, ""),
        (None, order, ""),
        (json, b"", "schema.body  required"),
        (json, b"{", "schema.body  json"),
        (json, b"{\"a\":1,\"a\":2}", "schema.body /a duplicateKeys"),
        (json, br#"{"at":"now","note":null}"#, "schema.body /at format"),
        (json, br#"{"at":"2024-01-01T00:00:00Z"}"#, "schema.body  required"),
        (
            json,
            br#"{"at":"2024-01-01T00:00:00Z","note":"","count":0}"#,
            "schema.body /count exclusiveMinimum",
        ),
        (
            json,
            br#"{"at":"2024-01-01T00:00:00Z","note":"","count":2147483648}"#,
            "schema.body /count format",
        ),
        (Some("application/cbor"), b"x", "schema.content_type  content"),
        (Some(""), b"x", "schema.content_type  required"),
        (form, b"n=1&tags=a&tags=b+c&o=%7B%22k%22:1%7D", ""),
        (form, b"n=x", "schema.body /n type"),
        (form, b"n=1&m=2", "schema.body /m additionalProperties"),
        (form, b"n=1&n=2", "schema.body /n type"),
        (form, b"tags=a", "schema.body  required"),
        (form, b"n=1&o=%7B%7D", "schema.body /o required"),
        (form, b"\xff", "schema.body  utf8"),
        (Some("text/plain"), "äöü".as_bytes(), ""),
        (Some("text/plain"), b"abcd", "schema.body  maxLength"),
        (Some("application/xml"), b"<a/>", ""),
    ] {
        let text = String::from_utf8_lossy(body);
        assert_eq!(sent("POST", "/a", kind, body), expected, "{kind:?} {text}");
    }
    assert_eq!(sent("GET", "/a", json, b"{}"), "schema.body  unknown");
    assert_eq!(sent("POST", "/b", Some("image/png"), b"x"), "");
    assert_eq!(check(&api, &request("POST", "/b")), "");
    assert!(api.notes()[0].to_string().contains("not looked into"), "{:?}", api.notes());
}

#[test]
fn version_3_1_speaks_json_schema() {
    let api = api_of(
        "3.1.0",
        "paths:
  /a:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: [object, 'null'], properties: {kind: {const: a}, n: {exclusiveMinimum: 0}}, unevaluatedProperties: false}
",
    );
    let sent =
        |body: &'static [u8]| check(&api, &Request { body: Some(body), ..request("POST", "/a") });
    assert_eq!(sent(b"null"), "");
    assert_eq!(sent(br#"{"kind":"a","n":0.1}"#), "");
    assert_eq!(sent(br#"{"kind":"b"}"#), "schema.body /kind const");
    assert_eq!(sent(br#"{"n":0}"#), "schema.body /n exclusiveMinimum");
    assert_eq!(sent(br#"{"m":0}"#), "schema.body /m unevaluatedProperties");
}

#[test]
fn references_lead_into_other_files() {
    let main =
        "openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths:\n  /a: {$ref: 'paths/a.yaml'}\n";
    let mut read = |name: &str| {
        match name {
        "docs/paths/a.yaml" => Ok("get: {parameters: [{$ref: '../common.yaml#/parameters/Limit'}]}".to_owned()),
        "docs/common.yaml" => Ok("parameters: {Limit: {name: limit, in: query, schema: {$ref: '#/schemas/Count'}}}\nschemas: {Count: {type: integer, minimum: 1, exclusiveMinimum: true}}".to_owned()),
        _ => Err("no such file".to_owned()),
    }
    };
    let api = Api::compile("docs/api.yaml", main, &mut read).unwrap();
    expect(
        &api,
        &[
            ("GET /a?limit=2", ""),
            ("GET /a?limit=1", "schema.parameter /query/limit exclusiveMinimum"),
        ],
    );
    let violation = api.check(&request("GET", "/a?limit=0")).unwrap_err();
    assert_eq!(violation.schema_at, "docs/common.yaml#/schemas/Count/exclusiveMinimum");
}

#[test]
fn tells_every_defect_with_its_place() {
    let text = "openapi: 3.0.1
info: {titel: t}
paths:
  /a/{id}:
    get:
      parameter: []
      parameters:
      - {name: id, in: path, schema: {typ: integer}}
      - {name: x, in: body, schema: {}}
      - {name: y, in: query, style: simple, schema: {type: strin}}
      - {name: z, in: path, schema: {const: 1}}
      - {$ref: '#/components/parameters/None'}
      - {$ref: 'other.yaml#/x'}
      requestBody: {content: {application/json: {schema: {pattern: '(?<=a)b'}}}}
  /a/{other}: {get: {}}
  b: {}
";
    let expected = [
        "api.yaml:2:8: /info/titel: unknown key; did you mean `title`?",
        "api.yaml:6:7: /paths/~1a~1{id}/get: the path has no parameter `z`",
        "api.yaml:6:7: /paths/~1a~1{id}/get/parameter: unknown key; did you mean `parameters`?",
        "api.yaml:8:39: /paths/~1a~1{id}/get/parameters/0/schema/typ: unknown keyword in OpenAPI 3.0; did you mean `type`?",
        "api.yaml:9:23: /paths/~1a~1{id}/get/parameters/1/in: expected one of `path`, `query`, `header`, `cookie`",
        "api.yaml:10:37: /paths/~1a~1{id}/get/parameters/2/style: expected one of `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`",
        "api.yaml:11:38: /paths/~1a~1{id}/get/parameters/3/schema/const: unknown keyword in OpenAPI 3.0 (OpenAPI 3.1 has it)",
        "api.yaml:12:16: /paths/~1a~1{id}/get/parameters/4/$ref: `#/components/parameters/None`: leads nowhere",
        "api.yaml:13:16: /paths/~1a~1{id}/get/parameters/5/$ref: `other.yaml#/x`: cannot read `other.yaml`: no file",
        "api.yaml:14:68: /paths/~1a~1{id}/get/requestBody/content/application~1json/schema/pattern: not a regular expression that is supported: lookbehind is not supported, at character 1",
        "api.yaml:15:3: /paths/~1a~1{other}: matches the same paths as another template",
        "api.yaml:16:3: /paths/b: a path must begin with `/`",
    ];
    let found = defects(text);
    for line in expected {
        assert!(found.iter().any(|defect| defect == line), "{line}\n{found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (text, expected) in [
        ("swagger: '2.0'", "Swagger 2.0 is not supported"),
        ("a: 1", "`openapi` is missing"),
        ("openapi: 4.0.0", "`4.0.0` is not supported"),
        ("openapi: 3.0.0", "`paths` is missing"),
        ("", "the file is empty"),
    ] {
        assert!(defects(text)[0].contains(expected), "{text}: {:?}", defects(text));
    }
}

proptest! {
    #[test]
    fn requests_never_panic(method in "\\PC{0,5}", path in "[/a-c{}%0-9.;=]{0,20}", name in "\\PC{0,8}", value in "\\PC{0,8}", body in proptest::collection::vec(any::<u8>(), 0..40)) {
        let api = api("paths:
  /a/{b}/{c+}: {get: {parameters: [{name: b, in: path, required: true, style: matrix, explode: true, schema: {type: object}}]}}
  /{x}.{y}: {x-amazon-apigateway-any-method: {requestBody: {content: {'*/*': {schema: {type: object}}, application/x-www-form-urlencoded: {schema: {type: object}}}}}}
");
        for kind in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
            drop(api.check(&Request {
                method: if method.is_empty() { "GET" } else { &method },
                path: &path,
                base_path: "/a",
                query: vec![(name.as_str().into(), value.as_str().into())],
                headers: vec![("content-type".into(), kind.into()), (name.as_str().into(), value.as_str().into())],
                body: Some(&body),
            }));
        }
    }
}
