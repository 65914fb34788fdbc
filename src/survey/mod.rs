//! What an area, frame, questionnaire, wave, sample, invitation and response is, and which changes are legal. Pure.

pub mod answer;
pub mod area;
pub mod questionnaire;
pub mod sample;
