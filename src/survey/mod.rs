//! What an area, frame, questionnaire, wave, sample, invitation and response is, and which changes are legal. Pure.

pub mod answer;
pub mod area;
pub mod ids;
pub mod invitation;
pub mod questionnaire;
pub mod response;
pub mod sample;
pub mod time;
