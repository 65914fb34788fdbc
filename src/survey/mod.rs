//! What an area, frame, questionnaire, wave, sample, invitation, quota and response is, and which changes are legal. Pure.

pub mod account;
pub mod analysis;
pub mod answer;
pub mod area;
pub mod audit;
pub mod frame;
pub mod ids;
pub mod invitation;
pub mod margin;
pub mod open_result;
pub mod outcome;
pub mod paper;
pub mod paradata;
pub mod plan;
pub mod quality;
pub mod questionnaire;
pub mod quota;
pub mod reported;
pub mod response;
pub mod result;
pub mod role;
pub mod rule;
pub mod sample;
pub mod time;
pub mod upload;
pub mod wave;
