//! Services that call a function to have something done or decided: each by its own members.
mod alexa;
mod appsync;
mod bedrock_agent;
mod client_vpn;
mod codedeploy;
mod codepipeline;
mod cognito;
mod config_rule;
mod connect;
mod custom_resource;
mod durable;
mod iot;
mod lambda_destination;
mod lex;
mod secrets_rotation;
mod step_functions;

pub(super) use alexa::recognise as alexa;
pub(super) use appsync::{
    recognise_authorizer as appsync_authorizer, recognise_batch as appsync_batch,
    recognise_resolver as appsync, recognise_template as appsync_template,
};
pub(super) use bedrock_agent::recognise as bedrock_agent;
pub(super) use client_vpn::recognise as client_vpn;
pub(super) use codedeploy::recognise as codedeploy;
pub(super) use codepipeline::recognise as codepipeline;
pub(super) use cognito::{
    recognise_sync as cognito_sync, recognise_user_pool as cognito_user_pool,
};
pub(super) use config_rule::recognise as config_rule;
pub(super) use connect::recognise as connect;
pub(super) use custom_resource::recognise as custom_resource;
pub(super) use durable::recognise as durable;
pub(super) use iot::{
    recognise_authorizer as iot_authorizer, recognise_button as iot_button,
    recognise_one_click as one_click,
};
pub(super) use lambda_destination::recognise as lambda_destination;
pub(super) use lex::{recognise as lex, recognise_v1 as lex_v1};
pub(super) use secrets_rotation::recognise as secrets_rotation;
pub(super) use step_functions::recognise as step_functions;
