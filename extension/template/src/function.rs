//! The functions of a template, with what `Globals` says of them.
use std::sync::Arc;

use crate::node::{Kind, Member, Node};
use crate::template::{Resource, Template};
use crate::trigger::{self, Trigger};

/// The types of resource that are functions.
const SERVERLESS: &str = "AWS::Serverless::Function";
const PLAIN: &str = "AWS::Lambda::Function";

/// How a function's code is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Package {
    /// A zip archive, or a directory that becomes one.
    Zip,
    /// A container image, which takes no layers.
    Image,
}

/// The instruction set a function runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`, the default.
    X86,
    /// `arm64`.
    Arm,
}

impl Architecture {
    /// Its name in templates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
        }
    }
}

/// A function of a template.
#[derive(Debug, Clone, Copy)]
pub struct Function<'t> {
    /// The template it stands in.
    pub template: &'t Template,
    /// The resource that it is.
    pub resource: Resource<'t>,
}

/// All functions of a template.
pub(crate) fn all(template: &Template) -> Vec<Function<'_>> {
    let functions =
        template.resources().filter(|resource| matches!(resource.kind, SERVERLESS | PLAIN));
    functions.map(|resource| Function { template, resource }).collect()
}

impl<'t> Function<'t> {
    /// Its logical id.
    pub fn id(&self) -> &'t str {
        self.resource.id
    }

    /// Whether SAM expands it, so that `Globals` reaches it.
    pub fn is_serverless(&self) -> bool {
        self.resource.kind == SERVERLESS
    }

    /// A property: its own, or that of `Globals`.
    pub fn get(&self, path: &[&str]) -> Option<&'t Arc<Node>> {
        self.own(path).or_else(|| self.global(path))
    }

    /// A property that it has itself.
    pub fn own(&self, path: &[&str]) -> Option<&'t Arc<Node>> {
        self.resource.member.value.get("Properties")?.at(path)
    }

    /// A property that `Globals` gives it.
    pub fn global(&self, path: &[&str]) -> Option<&'t Arc<Node>> {
        if !self.is_serverless() {
            return None;
        }
        self.template.root().at(&["Globals", "Function"])?.at(path)
    }

    /// A property's value, where the template alone tells.
    pub fn value(&self, path: &[&str]) -> Option<String> {
        self.get(path).and_then(|node| self.template.value(node))
    }

    /// Its runtime, such as `python3.13`; none of images.
    pub fn runtime(&self) -> Option<String> {
        self.value(&["Runtime"])
    }

    /// Its handler.
    pub fn handler(&self) -> Option<String> {
        self.value(&["Handler"])
    }

    /// How its code is packed.
    pub fn package(&self) -> Package {
        let says_image = self.value(&["PackageType"]).is_some_and(|kind| kind == "Image");
        let has_image = self.get(&["ImageUri"]).is_some();
        if says_image || has_image { Package::Image } else { Package::Zip }
    }

    /// Whether its runtime is the function's own, so that it reads no `AWS_LAMBDA_EXEC_WRAPPER`.
    pub fn is_custom_runtime(&self) -> bool {
        self.runtime().is_some_and(|runtime| runtime.starts_with("provided"))
    }

    /// The instruction set it runs on; none where the template alone does not tell.
    pub fn architecture(&self) -> Option<Architecture> {
        let Some(list) = self.get(&["Architectures"]) else { return Some(Architecture::X86) };
        match self.template.value(list.elements().first()?)?.as_str() {
            "x86_64" => Some(Architecture::X86),
            "arm64" => Some(Architecture::Arm),
            _ => None,
        }
    }

    /// Its memory in MB; Lambda's default is 128.
    pub fn memory_mb(&self) -> Option<u64> {
        match self.get(&["MemorySize"]) {
            None => Some(128),
            Some(node) => self.template.value(node)?.parse().ok(),
        }
    }

    /// Its timeout in seconds; Lambda's default is 3.
    pub fn timeout_s(&self) -> Option<u64> {
        match self.get(&["Timeout"]) {
            None => Some(3),
            Some(node) => self.template.value(node)?.parse().ok(),
        }
    }

    /// Where its code is: a path or URI; none where it is inline or an image.
    pub fn code(&self) -> Option<String> {
        let path: &[&str] = if self.is_serverless() { &["CodeUri"] } else { &["Code"] };
        self.value(path)
    }

    /// Its layers: those of `Globals`, then its own.
    pub fn layers(&self) -> Vec<&'t Arc<Node>> {
        let lists = [self.global(&["Layers"]), self.own(&["Layers"])];
        lists.into_iter().flatten().flat_map(|list| list.elements()).collect()
    }

    /// Its variables: those of `Globals`, but for those that it sets itself, then its own.
    pub fn environment(&self) -> Vec<&'t Member> {
        let path = ["Environment", "Variables"];
        let own = self.own(&path).map(|node| node.members()).unwrap_or_default();
        let global = self.global(&path).map(|node| node.members()).unwrap_or_default();
        let is_own = |name: &str| own.iter().any(|member| member.key == name);
        global.iter().filter(|member| !is_own(&member.key)).chain(own).collect()
    }

    /// One variable.
    pub fn variable(&self, name: &str) -> Option<&'t Member> {
        self.environment().into_iter().find(|member| member.key == name)
    }

    /// What invokes it, as far as the template says.
    pub fn triggers(&self) -> Vec<Trigger<'t>> {
        trigger::of(self)
    }

    /// The statements of the policies of its role that stand in this template.
    pub fn statements(&self) -> Vec<&'t Arc<Node>> {
        let mut found = Vec::new();
        if let Some(policies) = self.get(&["Policies"]) {
            documents(policies, &mut found);
        }
        let role = self.get(&["Role"]).and_then(|role| role.refers_to());
        if let Some(role) = role.and_then(|id| self.template.resource(id)) {
            let policies = role.property(&["Policies"]).map(|list| list.elements());
            for policy in policies.unwrap_or_default() {
                if let Some(document) = policy.get("PolicyDocument") {
                    found.extend(statements_of(document));
                }
            }
        }
        found
    }

    /// Whether a value names this function.
    pub fn is_named_by(&self, node: &Node) -> bool {
        let name = self.value(&["FunctionName"]);
        match node.text() {
            Some(text) => {
                name.is_some_and(|name| text == name || text.ends_with(&format!(":{name}")))
            }
            None => node.refers_to() == Some(self.id()) || sub_names(node, self.id()),
        }
    }
}

/// Whether a `Fn::Sub` holds `${Id}` or `${Id.Arn}`.
fn sub_names(node: &Node, id: &str) -> bool {
    let Some(("Fn::Sub", argument)) = node.intrinsic() else { return false };
    let text = argument.text().or_else(|| argument.elements().first()?.text());
    text.is_some_and(|text| {
        text.contains(&format!("${{{id}}}")) || text.contains(&format!("${{{id}."))
    })
}

/// The statements of a policy document; one may stand without a list.
pub(crate) fn statements_of(document: &Node) -> Vec<&Arc<Node>> {
    let Some(statement) = document.get("Statement") else { return Vec::new() };
    match &statement.kind {
        Kind::List(all) => all.iter().collect(),
        _ => vec![statement],
    }
}

/// SAM takes one document, or a list of documents, names and policy templates.
fn documents<'t>(policies: &'t Node, found: &mut Vec<&'t Arc<Node>>) {
    for document in policies.one_or_more() {
        found.extend(statements_of(document));
    }
}
